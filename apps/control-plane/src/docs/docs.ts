import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { type OpenApiDocument, openApiDocument } from '@weft/contract';
import type { FastifyInstance } from 'fastify';

/** Nothing on these pages is loaded from anywhere else; data: is for the pictures in Swagger UI's style sheet. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Routes of the documentation. They answer anybody: the document they show is public. */
export const DOCS_ROUTES: ReadonlySet<string> = new Set(['/docs', '/docs/*']);

interface Made {
  readonly document: OpenApiDocument;
  readonly pages: FastifyInstance;
}

/**
 * The OpenAPI document, and Swagger UI from the npm package's own files. Both come from an application of their own that has the handlers and
 * never runs, so that a start of the control plane does not wait for what few look at: it is made when it is first asked for.
 */
export class Docs {
  private made: Promise<Made> | null = null;
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

  private get(): Promise<Made> {
    this.made ??= this.make();
    return this.made;
  }

  private async make(): Promise<Made> {
    const app = await this.preview();
    const document = openApiDocument(app);
    SwaggerModule.setup('docs', app, document, { raw: false, customSiteTitle: 'weft API', swaggerOptions: { validatorUrl: 'none' } });
    return { document, pages: app.getHttpAdapter().getInstance() };
  }
}
