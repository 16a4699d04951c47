import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenApiDocument } from '@weft/contract/openapi';
import type { FastifyInstance } from 'fastify';
import type { MadeDocs } from './make-docs.ts';

/** Nothing on these pages is loaded from anywhere else; data: is for the pictures in Swagger UI's style sheet. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Routes of the documentation. They answer anybody: the document they show is public. */
export const DOCS_ROUTES: ReadonlySet<string> = new Set(['/docs', '/docs/*']);

/**
 * The OpenAPI document and Swagger UI. Both come from an application of their own that has the handlers and never runs, and are made, and what
 * makes them is loaded, when they are first asked for: a start of the control plane does not wait for what few look at.
 */
export class Docs {
  private made: Promise<MadeDocs> | null = null;
  private readonly preview: () => Promise<NestFastifyApplication>;

  constructor(preview: () => Promise<NestFastifyApplication>) {
    this.preview = preview;
  }

  async document(): Promise<OpenApiDocument> {
    return (await this.get()).document;
  }

  /** Answers `/docs` and everything below it. */
  serve(server: FastifyInstance): void {
    for (const route of DOCS_ROUTES)
      server.get(route, async (request, reply) => {
        const page = await (await this.get()).pages.inject(request.url);
        if (page.statusCode === 404) return reply.callNotFound();
        return reply.status(page.statusCode).headers(page.headers).header('Content-Security-Policy', POLICY).send(page.rawPayload);
      });
  }

  private get(): Promise<MadeDocs> {
    this.made ??= this.make();
    return this.made;
  }

  private async make(): Promise<MadeDocs> {
    const { makeDocs } = await import('./make-docs.ts');
    return makeDocs(await this.preview());
  }
}
