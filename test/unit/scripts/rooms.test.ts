import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultsIn, roomFaults } from '../../../scripts/lib/rooms.mjs';

describe('the order of the rooms', () => {
  test('a room may use itself, what stands below it, and libraries', () => {
    expect(
      faultsIn(
        'main/vault/open.ts',
        `import * as v from 'valibot';\nimport { a } from './seal.ts';\nimport type { B } from '../contract/lock-state.ts';`,
      ),
    ).toEqual([]);
  });

  test('an import from above is reported with both rooms', () => {
    expect(faultsIn('main/vision/liveness.ts', `import { step } from '../lock/step.ts';`)).toEqual([
      'imports ../lock/step.ts: vision/ may not use lock/, which stands above it',
    ]);
  });

  test.each([`import type { X } from '../app/x.ts';`, `export { x } from '../app/x.ts';`, `const x = await import('../app/x.ts');`])(
    'no way of importing slips through: %s',
    (text) => {
      expect(faultsIn('main/worker/worker.ts', text)).toHaveLength(1);
    },
  );

  test('the top floor may use every room', () => {
    expect(faultsIn('main/cli/main.ts', `import '../app/paths.ts';\nimport '../worker/worker.ts';`)).toEqual([]);
  });

  test('a file that stands in no room of main may use none', () => {
    expect(faultsIn('main/loose.ts', `import './vault/open.ts';`)).toHaveLength(1);
  });

  test('main knows nothing outside itself', () => {
    expect(faultsIn('main/app/main.ts', `import '../../renderer/bridge.ts';`)).toHaveLength(1);
  });

  test.each([
    ['electron', 'app', 'session'],
    ['onnxruntime-node', 'vision', 'worker'],
    ['better-sqlite3', 'vault', 'app'],
  ])('%s lives in main/%s and not in main/%s', (library, home, elsewhere) => {
    expect(faultsIn(`main/${home}/a.ts`, `import x from '${library}';`)).toEqual([]);
    expect(faultsIn(`main/${elsewhere}/a.ts`, `import x from '${library}';`)).toEqual([`imports ${library}: only main/${home} may`]);
  });
});

describe('the renderer', () => {
  test('knows main through its contract only', () => {
    expect(faultsIn('renderer/enrol/ring.ts', `import type { A } from '../../main/contract/ipc.ts';`)).toEqual([]);
    expect(faultsIn('renderer/enrol/ring.ts', `import type { A } from '../../main/identity/enrolment.ts';`)).toHaveLength(1);
  });

  test('uses neither Electron nor a system module, in Svelte files too', () => {
    const svelte = `<script lang="ts">\n  import { readFile } from 'node:fs/promises';\n  import { ipcRenderer } from 'electron';\n  import { tick } from 'svelte';\n</script>\n<p>text</p>`;
    expect(faultsIn('renderer/App.svelte', svelte)).toHaveLength(2);
  });
});

describe('the rooms of pure rules', () => {
  test.each(['node:fs', 'fs', 'node:crypto', 'valibot'])('import no %s', (module) => {
    expect(faultsIn('main/lock/step.ts', `import x from '${module}';`)).toHaveLength(1);
  });

  test.each(['Date.now()', 'new Date()', 'performance.now()', 'Math.random()', 'setTimeout(f, 1)', 'crypto.getRandomValues(a)'])(
    'do not use %s',
    (use) => {
      expect(faultsIn('main/identity/matcher.ts', `export const x = () => ${use};`)).toHaveLength(1);
    },
  );

  test('may name a type, a field or a word in a comment like one of them', () => {
    const text =
      '// Date.now() is handed in\nexport interface A { readonly process: number; readonly at: Date }\nexport const f = (a: A) => a.process;';
    expect(faultsIn('main/geometry/pose.ts', text)).toEqual([]);
  });

  test('Math itself is arithmetic', () => {
    expect(faultsIn('main/geometry/pose.ts', 'export const f = (x: number) => Math.sqrt(x);')).toEqual([]);
  });
});

test('a tree is searched whole, and the file is named', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'rooms-test-'));
  await mkdir(path.join(root, 'main', 'contract', 'deep'), { recursive: true });
  await writeFile(path.join(root, 'main', 'contract', 'deep', 'frame.ts'), `import '../../vault/open.ts';`);
  const faults = await roomFaults(root);
  await rm(root, { recursive: true });
  expect(faults.map(({ file }) => file)).toEqual(['main/contract/deep/frame.ts']);
});
