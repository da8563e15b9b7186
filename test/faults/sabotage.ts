import SQLite, { type Database } from 'better-sqlite3';
import type { Vault } from '../../main/vault/api.ts';
import type { Keystore } from '../../main/vault/keystore.ts';
import { refuse } from '../../main/vault/results.ts';

/** What is broken in the main process just now. Changed while the app runs. */
export interface Sabotage {
  vault: 'sound' | 'throws' | 'refuses' | 'slow' | 'slow to write';
  keystore: 'sound' | 'throws';
  windows: 'sound' | 'throw';
  requests: 'sound' | 'throw';
  timers: 'sound' | 'throw';
  /** Added to the wall clock. */
  wallOffsetMs: number;
}

export const soundWorld = (): Sabotage => ({
  vault: 'sound',
  keystore: 'sound',
  windows: 'sound',
  requests: 'sound',
  timers: 'sound',
  wallOffsetMs: 0,
});

const writers: readonly (string | symbol)[] = [
  'writeCounters',
  'writeSettings',
  'record',
  'replaceTemplates',
  'writeAdaptation',
  'writeLearning',
  'deletePerson',
];

/** A vault whose methods fail as `sabotage` says. */
export function sabotagedVault(vault: Vault, sabotage: Sabotage): Vault {
  return new Proxy(vault, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown => {
        const isWriter = writers.includes(name);
        if (sabotage.vault === 'throws' && name !== 'close') throw new Error(`injected: ${String(name)} broke`);
        if (sabotage.vault === 'refuses' && isWriter) return refuse('Another Facelatch is using this vault.');
        if (sabotage.vault === 'slow') busyFor(8);
        if (sabotage.vault === 'slow to write' && isWriter) busyFor(40);
        return Reflect.apply(method, target, args);
      };
    },
  });
}

/** A key store that fails as `sabotage` says. */
export function sabotagedKeystore(keystore: Keystore, sabotage: Sabotage): Keystore {
  if (keystore.kind === 'none') return keystore;
  const check = (): void => {
    if (sabotage.keystore === 'throws') throw new Error('injected: the key store does not answer');
  };
  return {
    ...keystore,
    seal: (bytes) => {
      check();
      return keystore.seal(bytes);
    },
    open: (sealed) => {
      check();
      return keystore.open(sealed);
    },
  };
}

export function busyFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

const connections = new Map<string, Database>();
const pragma = SQLite.prototype.pragma;
// The vault keeps its connection to itself; a broken disk reaches it all the same.
SQLite.prototype.pragma = function (this: Database, ...args) {
  connections.set(this.name, this);
  return pragma.apply(this, args);
};

/** The connection that was opened last to this file. */
export function connectionTo(file: string): Database {
  const connection = connections.get(file);
  if (connection === undefined) throw new Error(`no connection to ${file}`);
  return connection;
}
