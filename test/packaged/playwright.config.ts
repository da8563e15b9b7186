import { defineConfig } from '@playwright/test';

// One package, one display: the tests take turns.
export default defineConfig({
  testDir: '.',
  outputDir: '../artefacts/packaged-traces',
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
});
