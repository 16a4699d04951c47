import { defineConfig } from 'rolldown';

// One file each, with everything in it: a host needs Node.js and these files.
const bundle = (input: string, file: string) => ({
  input,
  platform: 'node' as const,
  output: { file, format: 'esm' as const, sourcemap: false, codeSplitting: false },
});

export default defineConfig([
  bundle('src/main.ts', 'dist/main.mjs'),
  bundle('src/echo-server.ts', 'dist/echo-server.mjs'),
  bundle('../../libs/host/src/trace/send-packet.ts', 'dist/send-packet.mjs'),
]);
