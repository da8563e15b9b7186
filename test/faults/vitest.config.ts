import { defineConfig } from 'vitest/config';

/**
 * Faults injected from one seed. FACELATCH_FAULT_SEED and FACELATCH_FAULT_RUNS choose the seed and how many runs each test makes; the defaults fit CI.
 */
export default defineConfig({
  test: { include: ['test/faults/**/*.test.ts'], testTimeout: 6 * 3_600_000, hookTimeout: 120_000, pool: 'forks', maxWorkers: 1 },
});
