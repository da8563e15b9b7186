import { defineConfig } from 'vitest/config';

// One process for each file: OpenNI is loaded once and stays.
export default defineConfig({
  test: { include: ['test/native/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, pool: 'forks', maxWorkers: 1 },
});
