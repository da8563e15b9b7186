import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/attacks/**/*.test.ts'], testTimeout: 300_000, pool: 'forks', maxWorkers: 1 },
});
