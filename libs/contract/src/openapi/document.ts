import { PROBLEMS, Problem } from '@weft/model';
import type { z } from 'zod';
import { type AnyOperation, type Parts, TAGS } from '../definition.ts';
import { ANSWER_HEADERS, type AnswerHeader } from '../headers.ts';
import { problemsByStatus } from './problems.ts';
import { type JsonSchema, SchemaComponents } from './schemas.ts';

/** An OpenAPI 3.1 document, as data. */
export type OpenApiDocument = Record<string, unknown> & {
  readonly paths: Record<string, Record<string, JsonSchema>>;
};

const INFO = {
  title: 'weft',
  version: 'v1',
  description:
    'A network for pods and stable, load-balanced addresses for services, on plain Linux hosts. Every path is served as /v1/x and, for the current ' +
    'version, as /x. Errors are application/problem+json; docs/errors.md lists their codes.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const example = (value: unknown) => (value === undefined ? {} : { example: value });

const answerHeaders = (names: readonly AnswerHeader[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

function parameters(place: 'path' | 'query', parts: Parts, components: SchemaComponents): JsonSchema[] {
  return Object.entries(parts.shape as Record<string, z.ZodType>).map(([name, part]) => {
    const { description, ...schema } = components.describe(part, 'input');
    return {
      name,
      in: place,
      required: place === 'path' || !part.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

function requestBody(operation: AnyOperation, components: SchemaComponents) {
  if (operation.body === null) return {};
  const content = { schema: components.describe(operation.body, 'input'), ...example(operation.bodyExample) };
  return { requestBody: { required: true, content: Object.fromEntries(operation.bodyTypes.map((type) => [type, content])) } };
}

function answers(operation: AnyOperation, components: SchemaComponents) {
  const { answer } = operation;
  const content = Object.entries(answer.content).map(([type, { schema, example: shown }]) => [
    type,
    { ...(schema === null ? {} : { schema: components.describe(schema, 'output') }), ...example(shown) },
  ]);
  const problems = [...problemsByStatus(operation)].map(([status, { codes, headers }]) => [
    status,
    {
      description: codes.map((code) => `${code}: ${PROBLEMS[code].title}`).join('\n\n'),
      headers: answerHeaders(headers),
      content: { 'application/problem+json': { schema: components.describe(Problem, 'output') } },
    },
  ]);
  return {
    [answer.status]: {
      description: answer.description,
      headers: answerHeaders(['X-Request-Id', ...answer.headers]),
      ...(content.length === 0 ? {} : { content: Object.fromEntries(content) }),
    },
    ...Object.fromEntries(problems),
  };
}

function describeOperation(operation: AnyOperation, components: SchemaComponents): JsonSchema {
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === '' ? {} : { description: operation.description }),
    security: operation.permission === null ? [] : [{ bearer: [] }],
    ...(operation.permission === null ? {} : { 'x-weft-permission': operation.permission }),
    parameters: [
      ...parameters('path', operation.params, components),
      ...parameters('query', operation.query, components),
      ...operation.requestHeaders.map((header) => ({ ...header, in: 'header' })),
    ],
    ...requestBody(operation, components),
    responses: answers(operation, components),
  };
}

/** The document that describes these operations. Pure: it needs no server, no database, no clock. */
export function openApiDocument(operations: readonly AnyOperation[]): OpenApiDocument {
  const components = new SchemaComponents();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {};
    methods[operation.method.toLowerCase()] = describeOperation(operation, components);
    paths[operation.path] = methods;
  }
  const { document, schemas } = components.resolve({ paths });
  return {
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: '/' }, { url: '/v1' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    ...document,
    components: {
      schemas,
      headers: ANSWER_HEADERS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'a token of a user or the credential of a node' } },
    },
  };
}
