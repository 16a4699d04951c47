import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { TAGS } from '../definition.ts';
import { ANSWER_HEADERS } from '../headers.ts';
import { describeAll } from '../operation.ts';
import { namedSchemas } from './schemas.ts';

/** An OpenAPI 3.1 document, as data. */
export type OpenApiDocument = OpenAPIObject;

const DESCRIPTION =
  'A network for pods and stable, load-balanced addresses for services, on plain Linux hosts. Every path is served as /v1/x and, for the current ' +
  'version, as /x. Errors are application/problem+json; docs/errors.md lists their codes.';

/** The document that describes the operations an application has handlers for. The application need not run, nor even be initialised. */
export async function openApiDocument(app: INestApplication): Promise<OpenApiDocument> {
  await describeAll();
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('weft')
    .setVersion('v1')
    .setDescription(DESCRIPTION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addServer('/v1')
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'a token of a user or the credential of a node' });
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const head = builder.build();
  const components = { ...head.components, schemas: namedSchemas(), headers: ANSWER_HEADERS };
  return SwaggerModule.createDocument(app, { ...head, components }, { autoTagControllers: false });
}
