import { defineConfig } from 'rolldown';

/** Packages that Nest and the drivers load only when they are installed; we do without them. */
const OPTIONAL = [
  /^@nestjs\/(websockets|microservices|platform-express)/,
  /^@fastify\/(view|multipart|cors)$/,
  'class-validator',
  'class-transformer',
  'pg-native',
  'pg-cloudflare',
];

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: OPTIONAL,
  tsconfig: 'tsconfig.json',
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs', codeSplitting: false, cleanDir: true, minify: 'dce-only' },
});
