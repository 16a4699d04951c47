import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const tier = (name: string, include: string, options: object = {}) => ({
  test: { name, include: [`{apps,libs,tools,bench}/**/test/**/*.${include}.ts`], environment: 'node', ...options },
});

/** Files that share nothing but their modules: one process runs many of them, and each module is read once. Two at once even where two processors are all: servers are waited for. */
const manyFiles = { isolate: false, maxWorkers: Math.max(2, availableParallelism() - 1) };

// One project for each tier of tests: the file name's ending chooses it (docs/testing.md).
export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      tier('unit', 'spec', { ...manyFiles, testTimeout: 30_000 }),
      tier('kernel', 'kernel', { testTimeout: 30_000, hookTimeout: 30_000, fileParallelism: false, isolate: false }),
      tier('server', 'server', {
        ...manyFiles,
        testTimeout: 60_000,
        hookTimeout: 60_000,
        globalSetup: ['libs/testing/src/servers/global-setup.ts'],
      }),
      tier('browser', 'browser', {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        fileParallelism: false,
        globalSetup: ['libs/testing/src/servers/global-setup.ts'],
      }),
      // In a kernel in user mode a process costs several times as much, in an emulated one everything: one process for all files.
      tier('ipvs', 'ipvs', { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false, isolate: false }),
      tier('guest', 'guest', { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false, isolate: false }),
      tier('lab', 'lab', { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false }),
      tier('fault', 'fault', {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
        globalSetup: ['libs/testing/src/servers/global-setup.ts'],
      }),
      tier('containers', 'containers', { testTimeout: 120_000, hookTimeout: 120_000 }),
      // One tier after the other, when several are named.
    ].map(({ test }, groupOrder) => ({ test: { ...test, sequence: { groupOrder } } })),
  },
});
