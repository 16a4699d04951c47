import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeaders,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
  type ContentObject,
  type HeadersObject,
  type SchemaObject,
} from '@nestjs/swagger';
import { PROBLEMS, Problem } from '@weft/model';
import type { Answer, AnyOperation, Content, Parts } from '../definition.ts';
import type { AnswerHeader } from '../headers.ts';
import { problemsByStatus } from './problems.ts';
import { inlineSchema, schemaOf } from './schemas.ts';

const answerHeaders = (names: readonly AnswerHeader[]): HeadersObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Name, description, schema and necessity of each part of a path or query. */
function partsOf(parts: Parts) {
  const { properties = {}, required = [] } = inlineSchema(parts);
  return Object.entries(properties as Record<string, SchemaObject>).map(([name, { description, ...schema }]) => ({
    name,
    description,
    required: required.includes(name),
    schema,
  }));
}

function bodyOf({ body, bodyTypes, bodyExample }: AnyOperation): MethodDecorator[] {
  if (body === null) return [];
  return [ApiConsumes(...bodyTypes), ApiBody({ required: true, schema: schemaOf(body), examples: { usual: { value: bodyExample } } })];
}

function contentOf([type, { schema, example }]: [string, Content]): [string, ContentObject[string]] {
  return [type, { ...(schema === null ? {} : { schema: schemaOf(schema) }), ...(example === undefined ? {} : { example }) }];
}

function answerOf({ status, description, headers, content }: Answer): MethodDecorator {
  const contents = Object.entries(content).map(contentOf);
  return ApiResponse({
    status,
    description,
    headers: answerHeaders(['X-Request-Id', ...headers]),
    ...(contents.length === 0 ? {} : { content: Object.fromEntries(contents) }),
  });
}

function problemsOf(operation: AnyOperation): MethodDecorator[] {
  return [...problemsByStatus(operation)].map(([status, { codes, headers }]) =>
    ApiResponse({
      status,
      description: codes.map((code) => `${code}: ${PROBLEMS[code].title}`).join('\n\n'),
      headers: answerHeaders(headers),
      content: { 'application/problem+json': { schema: schemaOf(Problem) } },
    }),
  );
}

/** The answers of an operation, those of one status told as one. */
function answersOf({ answer, otherAnswers }: AnyOperation): Answer[] {
  const byStatus = new Map<number, Answer>();
  for (const one of [answer, ...otherAnswers]) {
    const known = byStatus.get(one.status);
    const told = known && {
      status: one.status,
      description: `${known.description}; ${one.description}`,
      content: { ...known.content, ...one.content },
      headers: [...new Set([...known.headers, ...one.headers])],
    };
    byStatus.set(one.status, told ?? one);
  }
  return [...byStatus.values()];
}

/** All that the OpenAPI document says about an operation, in the words of @nestjs/swagger. */
export function describeOperation(operation: AnyOperation): MethodDecorator[] {
  const { id, tag, summary, description, permission, params, query, requestHeaders } = operation;
  return [
    ApiOperation({ operationId: id, summary, ...(description === '' ? {} : { description }) }),
    ApiTags(tag),
    ...(permission === null ? [] : [ApiBearerAuth(), ApiExtension('x-weft-permission', permission)]),
    ...partsOf(params).map(ApiParam),
    ...partsOf(query).map(ApiQuery),
    ApiHeaders([...requestHeaders]),
    ...bodyOf(operation),
    ...answersOf(operation).map(answerOf),
    ...problemsOf(operation),
  ];
}
