import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>weft API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, persistAuthorization: false });\n`;

/** Nothing on this page is loaded from anywhere else; data: is for the pictures in Swagger UI's style sheet. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const ASSETS = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;

/** Paths of the documentation. They answer anybody: the document they show is public. */
export const DOCS_PATHS: ReadonlySet<string> = new Set(['/docs', '/docs/start.js', ...Object.keys(ASSETS).map((name) => `/docs/${name}`)]);

/** Serves Swagger UI from the npm package's own files, read when they are first asked for. */
export function serveDocs(server: FastifyInstance): void {
  const headers = (type: string) => ({ 'Content-Type': `${type}; charset=utf-8`, 'Content-Security-Policy': POLICY });
  server.get('/docs', (_request, reply) => reply.headers(headers('text/html')).send(PAGE));
  server.get('/docs/start.js', (_request, reply) => reply.headers(headers('text/javascript')).send(START));
  for (const [name, type] of Object.entries(ASSETS)) {
    let content: Promise<Buffer> | null = null;
    server.get(`/docs/${name}`, async (_request, reply) => {
      content ??= readFile(join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name));
      return reply.headers(headers(type)).send(await content);
    });
  }
}
