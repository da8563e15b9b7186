import { defineConfig } from '@playwright/test';

// One app at a time: each has the whole display and both cores.
export default defineConfig({
  testDir: '.',
  outputDir: '../artefacts/e2e-traces',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
});
