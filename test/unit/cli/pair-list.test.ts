import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPairList } from '../../../main/cli/evaluation/pair-list.ts';

async function listOf(text: string): Promise<ReturnType<typeof readPairList>> {
  const file = join(await mkdtemp(join(tmpdir(), 'facelatch-pairs-')), 'pairs.txt');
  await writeFile(file, text);
  return readPairList(file);
}

test("LFW's lines are read, its count of folds passed over", async () => {
  expect(await listOf('10\t300\nAda_One\t1\t4\nAda_One\t2\tBen_Two\t13\n\n')).toEqual({
    kind: 'read',
    pairs: [
      {
        kind: 'genuine',
        first: { name: 'Ada_One', file: 'Ada_One/Ada_One_0001.jpg' },
        second: { name: 'Ada_One', file: 'Ada_One/Ada_One_0004.jpg' },
      },
      {
        kind: 'impostor',
        first: { name: 'Ada_One', file: 'Ada_One/Ada_One_0002.jpg' },
        second: { name: 'Ben_Two', file: 'Ben_Two/Ben_Two_0013.jpg' },
      },
    ],
  });
});

test.each(['Ada 1', 'Ada one 2', 'Ada 1 Ben two', '../../etc 1 2', 'Ada 1 Ben 2 3'])('"%s" is refused with its line', async (line) => {
  const result = await listOf(`Ada 1 2\n${line}\n`);
  expect(result).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('line 2') });
});

test('an empty list and a missing file are refused by name', async () => {
  expect(await listOf('\n\n')).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('no pairs') });
  expect(await readPairList('/nowhere/pairs.txt')).toMatchObject({
    kind: 'failed',
    sentence: expect.stringContaining('/nowhere/pairs.txt'),
  });
});
