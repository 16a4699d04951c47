import { defineConfig } from 'rolldown';

// One file each, with everything in it: a host needs Node.js and these files. Node.js keeps the text of a program in memory as long as it runs, with twice the bytes when a
// single character of it is not Latin-1: so there is nothing in it but ASCII, no comments but licences, and of BullMQ, whose CommonJS build cannot be taken apart, no Postgres.
const bundle = (input: string, file: string) => ({
  input,
  platform: 'node' as const,
  resolve: { mainFields: ['module', 'main'] },
  treeshake: { moduleSideEffects: (id: string) => !id.includes('/node_modules/bullmq/') },
  output: {
    file,
    format: 'esm' as const,
    sourcemap: false,
    codeSplitting: false,
    charset: 'ascii' as const,
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});

export default defineConfig([
  bundle('src/main.ts', 'dist/main.mjs'),
  bundle('src/echo-server.ts', 'dist/echo-server.mjs'),
  bundle('../../libs/host/src/trace/send-packet.ts', 'dist/send-packet.mjs'),
]);
