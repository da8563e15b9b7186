import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { whyNoSandbox } from '../../scripts/lib/sandbox.mjs';

/** The project's own folder, and where pictures of the tests are kept (not in Git). */
export const projectDir = join(import.meta.dirname, '..', '..');
export const artefactsDir = join(projectDir, 'test', 'artefacts');

/** The binary that Electron's own package names. */
export const electronPath = createRequire(import.meta.url)('electron') as unknown as string;

/** Chromium's sandbox stays on wherever the machine allows one. */
export const sandboxArgs: readonly string[] = (await whyNoSandbox(dirname(electronPath))) === null ? [] : ['--no-sandbox'];
