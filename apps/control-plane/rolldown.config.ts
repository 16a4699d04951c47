import { defineConfig, type RolldownOptions } from 'rolldown';

/** Packages that Nest and the drivers load only when they are installed; we do without them. */
const OPTIONAL = [
  /^@nestjs\/(websockets|microservices|platform-express)/,
  /^@fastify\/(view|multipart|cors)$/,
  'class-validator',
  'class-transformer',
  'pg-native',
  'pg-cloudflare',
];

const program = (name: string, from: string, cleanDir: boolean): RolldownOptions => ({
  input: { [name]: from },
  platform: 'node',
  external: OPTIONAL,
  tsconfig: 'tsconfig.json',
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs', codeSplitting: false, cleanDir, minify: 'dce-only' },
});

export default defineConfig([program('main', 'src/main.ts', true), program('rules-thread', 'src/compiling/rules-thread.ts', false)]);
