import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { type OpenApiDocument, openApiDocument } from '@weft/contract/openapi';
import type { FastifyInstance } from 'fastify';

/** What explains the API. */
export interface MadeDocs {
  readonly document: OpenApiDocument;
  /** Has Swagger UI below `/docs`, from the npm package's own files. */
  readonly pages: FastifyInstance;
}

/** Makes the documentation of an application that never runs, and serves it there. */
export async function makeDocs(app: NestFastifyApplication): Promise<MadeDocs> {
  const document = await openApiDocument(app);
  SwaggerModule.setup('docs', app, document, { raw: false, customSiteTitle: 'weft API', swaggerOptions: { validatorUrl: 'none' } });
  return { document, pages: app.getHttpAdapter().getInstance() };
}
