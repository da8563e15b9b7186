import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { Vault } from '../../main/vault/api.ts';
import { openVault } from '../../main/vault/vault.ts';
import { holds, systemKeystore, templates } from '../unit/vault/data.ts';
import { randomFrom, runs, seed } from './seed.ts';

const secret = Buffer.alloc(32, 7);

function opened(folder: string): Vault {
  const opening = openVault(folder, systemKeystore(secret));
  if (opening.kind === 'refused') throw new Error(opening.sentence);
  return opening.vault;
}

const total = runs(26);

test(`${total} kills in the middle of writing, from seed ${seed}: no database corrupt, nothing written lost`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'facelatch-kills-'));
  const first = opened(folder);
  const enrolment = await first.enrolPerson({ name: 'Ada', passcode: 'correct horse 7', templates: templates(5, 1) });
  if (enrolment.kind === 'refused') throw new Error(enrolment.sentence);
  const { personId } = enrolment;
  first.close();
  const random = randomFrom(seed);
  let written = 0;
  let firstRoundMs = 0;
  for (let kill = 0; kill < total; kill += 1) {
    const writer = spawn(process.execPath, [join(import.meta.dirname, '../unit/vault/child.ts'), folder, 'write', secret.toString('hex')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    });
    const lines: string[] = [];
    const reader = createInterface({ input: writer.stdout });
    reader.on('line', (line) => lines.push(line));
    const heard = async (count: number): Promise<void> => {
      while (lines.length < count) await once(reader, 'line');
    };
    await heard(1);
    const openMs = performance.now();
    // Every second writer first finishes a round, however slow the disk, so that there is something to lose, and dies in one of the next, which are quicker; the others die anywhere in their first.
    let latestMs = firstRoundMs;
    if (kill % 2 === 0) {
      await heard(2);
      firstRoundMs = performance.now() - openMs;
      latestMs = 0.3 * firstRoundMs;
    }
    await new Promise((resolve) => setTimeout(resolve, latestMs * random()));
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    written = Math.max(written, ...lines.map(Number).filter(Number.isFinite));
    const vault = opened(folder);
    const stored = vault.readCounters();
    const round = stored.kind === 'counters' ? stored.counters.highestWallMs : 0;
    expect(round, `kill ${kill}`).toBeGreaterThanOrEqual(written);
    expect(vault.unsealWithKeystore(), `kill ${kill}`).toEqual({ kind: 'unsealed', personIds: [personId] });
    const expected = round === 0 ? [templates(5, 1), templates(5, 1)] : [templates(5, round), templates(5, round + 1)];
    expect(
      expected.some((each) => holds(vault.gallery(personId), each)),
      `kill ${kill}`,
    ).toBe(true);
    expect(vault.readLog().kind, `kill ${kill}`).toBe('intact');
    vault.close();
  }
  rmSync(folder, { recursive: true, force: true });
  expect(written).toBeGreaterThanOrEqual(total / 2);
  console.log(`${total} kills over ${written} rounds of writing: 0 corrupt, 0 lost`);
});
