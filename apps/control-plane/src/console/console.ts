import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ConsoleFile, type ConsoleFiles, PAGE, readConsole } from './files.ts';

/**
 * Everything comes from here and nothing is written into the page: no inline script, no inline style element. What scripts set on elements
 * goes through the CSSOM, which no policy forbids (CSP Level 3 §8.3).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_SECONDS = 31_536_000;

/** Routes of the web console. They answer anybody: the files hold nothing of the fleet, and what they show comes over the API with a token. */
export const CONSOLE_ROUTES: ReadonlySet<string> = new Set(['/', '/console', '/console/*']);

/** Serves the web console below `/console/` from the files of its build, which are read when they are first asked for. */
export class Console {
  private files: Promise<ConsoleFiles> | null = null;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Answers `/`, `/console` and everything below it. */
  serve(server: FastifyInstance): void {
    for (const route of ['/', '/console']) server.get(route, (_request, reply) => reply.redirect('/console/'));
    server.get('/console/*', (request: FastifyRequest<{ Params: { '*': string } }>, reply) =>
      this.answer(request.params['*'], request, reply),
    );
  }

  private async answer(path: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const files = await this.read();
    // A path of the application, such as /console/services/svc_1, is the page; a file that is not there is nothing.
    const file = files?.get(path) ?? (path.includes('.') ? undefined : files?.get(PAGE));
    return file === undefined ? reply.callNotFound() : sent(file, request, reply);
  }

  /** The files, or null while there is no build: a control plane without a console serves the API all the same. */
  private async read(): Promise<ConsoleFiles | null> {
    this.files ??= readConsole(this.folder);
    return this.files.catch(() => {
      this.files = null;
      return null;
    });
  }
}

function sent(file: ConsoleFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply
    .header('ETag', file.etag)
    .header('Cache-Control', file.immutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
    .header('Content-Security-Policy', POLICY)
    .header('Referrer-Policy', 'no-referrer');
  const known = String(request.headers['if-none-match'] ?? '').split(/\s*,\s*/);
  if (known.includes(file.etag) || known.includes(`W/${file.etag}`)) return reply.status(304).send();
  return reply.header('Content-Type', file.type).send(file.body);
}
