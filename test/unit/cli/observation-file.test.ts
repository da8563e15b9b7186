import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openObservationFile } from '../../../main/cli/evaluation/observation-file.ts';
import { faceObservation } from '../identity/observations.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facelatch-seen-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(path: string) {
  const opening = await openObservationFile(path, 'sface');
  if (opening.kind === 'failed') throw new Error(opening.sentence);
  return opening.file;
}

test('observations come back as they were, and a line that was cut off is looked at again', async () => {
  const path = join(folder, 'seen.jsonl');
  const seen = [faceObservation(33), { kind: 'no-face', stamp: { sequence: 2, capturedAtMs: 66 } } as const];
  await (await opened(path)).add('ada/look-1', seen);
  await appendFile(path, '{"session":"ada/look-2","observ');
  const again = await opened(path);
  expect(again.known.get('ada/look-1')).toEqual(seen);
  expect(again.known.has('ada/look-2')).toBe(false);
  await again.add('ada/look-2', seen);
  expect((await opened(path)).known.get('ada/look-2')).toEqual(seen);
});

test('what is no file of observations, or cannot be written, is refused', async () => {
  const path = join(folder, 'notes.txt');
  await appendFile(path, 'dear diary\n');
  expect(await openObservationFile(path, 'sface')).toMatchObject({ kind: 'failed' });
  expect(await openObservationFile(join(folder, 'no', 'such', 'folder.jsonl'), 'sface')).toMatchObject({ kind: 'failed' });
});
