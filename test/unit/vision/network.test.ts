import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOf, identityModelInService, loadFaceNetworks, networkFiles } from '../../../main/vision/load-networks.ts';
import { modelsDir } from './frames.ts';

async function copyOfModels(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-models-'));
  const { detector, landmarks, blendshapes } = networkFiles;
  for (const file of ['manifest.json', detector, landmarks, blendshapes, ...filesOf(identityModelInService)])
    await cp(join(modelsDir, file), join(folder, file));
  return folder;
}

test('a missing model is refused by name, with the line that brings it', async () => {
  const folder = await copyOfModels();
  await rm(join(folder, networkFiles.landmarks));
  const loading = await loadFaceNetworks(folder, 1);
  expect(loading).toMatchObject({ kind: 'refused', sentence: expect.stringContaining(networkFiles.landmarks) });
  expect(loading).toMatchObject({ sentence: expect.stringContaining('npm run weights') });
});

test('a model with one changed byte is refused by name', async () => {
  const folder = await copyOfModels();
  const file = join(folder, networkFiles.blendshapes);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
  await writeFile(file, bytes);
  expect(await loadFaceNetworks(folder, 1)).toMatchObject({
    kind: 'refused',
    sentence: expect.stringMatching(/face-blendshapes\.onnx.*SHA-256/),
  });
});

test('without a manifest no model is trusted', async () => {
  const folder = await copyOfModels();
  await rm(join(folder, 'manifest.json'));
  expect((await loadFaceNetworks(folder, 1)).kind).toBe('refused');
});
