import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDoor } from '../../main/app/ipc-door.ts';
import { Facelatch } from '../../main/app/wiring/facelatch.ts';
import type { AppView, Channel } from '../../main/contract/ipc.ts';
import type { WorkerReport, WorkerRequest } from '../../main/contract/worker-messages.ts';
import { openVault, type VaultOpening } from '../../main/vault/vault.ts';
import { systemKeystore, templates } from '../unit/vault/data.ts';

export const owner = { name: 'Ada Lovelace-Byron', passcode: 'Violet harbour 41, never said aloud' };
/** The network the templates are said to be made by: a calibrated one, so that a match could open. */
export const model = 'sface';
export const ownerVectors = templates(5, 1).map(({ vector }) => vector);

/** Where a house stands when the attack begins. */
export const standings = ['locked', 'passcode-required', 'home', 'enrolling', 'welcome', 'trouble'] as const;
export type Standing = (typeof standings)[number];
/** Standings in which nobody may get in. */
export const closedStandings: readonly Standing[] = ['locked', 'passcode-required'];

/** A page's frame, as the door asks about it. */
export interface FakeFrame {
  readonly url: string;
}
export interface FakeEvent {
  readonly sender: { readonly id: number; readonly mainFrame: FakeFrame };
  readonly senderFrame: FakeFrame | null;
}
export type Doorway = (event: FakeEvent, payload: unknown) => Promise<unknown>;

/** The real vault, lock, wiring and door, without Electron: windows and clock are the test's. */
export interface House {
  readonly facelatch: Facelatch;
  readonly doorways: ReadonlyMap<string, Doorway>;
  /** Id of the one person enrolled; empty where nobody is. */
  readonly personId: string;
  readonly views: AppView[];
  readonly logged: string[];
  /** What the vision thread was asked for. */
  readonly asked: WorkerRequest[];
  readonly counts: { uncovered: number; quits: number };
  nowMs(): number;
  /** Lets time pass: timers that are due run, and the app ticks once. */
  pass(elapsedMs: number): void;
  isPasscode(passcode: string): Promise<boolean>;
  peopleCount(): number;
  close(): void;
}

/** A page of ours, which the door listens to. */
export const ownPage: FakeEvent = fromFrame({ url: 'app://facelatch/index.html' });

export function fromFrame(frame: FakeFrame): FakeEvent {
  return { sender: { id: 1, mainFrame: frame }, senderFrame: frame };
}

export async function buildHouse(standing: Standing): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'facelatch-attacks-'));
  const clock = { monotonicMs: 10_000, wallMs: 1_780_000_000_000 };
  const vault = opened(openVault(folder, systemKeystore(), () => clock.wallMs));
  const isEnrolled = standing !== 'welcome' && standing !== 'trouble';
  const personId = isEnrolled ? await enrol(vault, clock.wallMs) : '';
  const views: AppView[] = [];
  const logged: string[] = [];
  const asked: WorkerRequest[] = [];
  const counts = { uncovered: 0, quits: 0 };
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  let ids = 0;

  const facelatch = new Facelatch({
    openVault: () => (standing === 'trouble' ? { kind: 'refused', sentence: 'The vault is damaged.' } : { kind: 'opened', vault }),
    forgetVault: () => undefined,
    startVision: () => undefined,
    ask: (request) => void asked.push(request),
    screens: {
      cover: () => undefined,
      uncover: () => {
        counts.uncovered += 1;
      },
      show: (view) => void views.push(view),
    },
    showTo: (_sender, view) => void views.push(view),
    clocks: () => ({ ...clock }),
    bootId: 'boot-1',
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    later: (run, afterMs) => void timers.push({ atMs: clock.monotonicMs + afterMs, run }),
    quit: () => {
      counts.quits += 1;
    },
    log: (line) => void logged.push(line),
  });
  const doorways = new Map<string, Doorway>();
  const ipc = { handle: (channel: string, listener: unknown) => void doorways.set(channel, listener as Doorway) };
  openDoor(ipc, facelatch.handlers(), (line) => void logged.push(line));

  const house: House = {
    facelatch,
    doorways,
    personId,
    views,
    logged,
    asked,
    counts,
    nowMs: () => clock.monotonicMs,
    pass(elapsedMs) {
      clock.monotonicMs += elapsedMs;
      clock.wallMs += elapsedMs;
      const due = timers.filter(({ atMs }) => atMs <= clock.monotonicMs);
      timers = timers.filter(({ atMs }) => atMs > clock.monotonicMs);
      for (const { run } of due) run();
      facelatch.latch?.tick(0);
    },
    isPasscode: async (passcode) => (await vault.unsealWithPasscode(passcode)).kind === 'unsealed',
    peopleCount: () => vault.people().length,
    close() {
      vault.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await settle(house, standing);
  views.length = 0;
  return house;
}

/** Brings a new house to where the attack begins, with camera and network ready. */
async function settle(house: House, standing: Standing): Promise<void> {
  const { latch } = house.facelatch;
  report(house, { kind: 'ready', identityModel: model });
  report(house, { kind: 'cameras', cameras: [{ id: 'simulated:0', driver: 'simulated', label: 'Simulated camera' }] });
  if (standing === 'locked') latch?.lock('request');
  if (standing === 'passcode-required') latch?.lockNow();
  if (standing === 'enrolling') await latch?.enrolAgain({ personId: house.personId, passcode: owner.passcode });
  if (house.facelatch.isLocked !== closedStandings.includes(standing)) throw new Error(`the house did not come to stand at ${standing}`);
}

export function report(house: House, message: WorkerReport): void {
  house.facelatch.onReport(message);
}

/** Sends one message through the door as a page would. */
export function knock(house: House, channel: Channel, payload: unknown, event: FakeEvent = ownPage): Promise<unknown> {
  const doorway = house.doorways.get(channel);
  if (doorway === undefined) throw new Error(`no door for ${channel}`);
  return doorway(event, payload);
}

type OpenVault = Extract<VaultOpening, { kind: 'opened' }>['vault'];

function opened(opening: VaultOpening): OpenVault {
  if (opening.kind === 'refused') throw new Error(opening.sentence);
  return opening.vault;
}

async function enrol(vault: OpenVault, wallMs: number): Promise<string> {
  const enrolled = await vault.enrolPerson({ ...owner, templates: templates(5, 1) });
  if (enrolled.kind === 'refused') throw new Error(enrolled.sentence);
  const times = { lastPasscodeWallMs: wallMs, lastUnlockWallMs: wallMs, highestWallMs: wallMs };
  vault.writeCounters({ failedLooks: 0, wrongPasscodes: 0, ...times, locked: false, bootId: 'boot-1' });
  return enrolled.personId;
}
