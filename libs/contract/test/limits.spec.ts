import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** A JSON schema, as far as limits go. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const DOCUMENT = JSON.parse(readFileSync(new URL('../../../openapi/weft.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** Formats that have an end by themselves. */
const BOUNDED_FORMATS = new Set(['date-time', 'ipv4', 'cidrv4', 'uuid']);

type Path = readonly string[];

/** Places in a schema at which a value may be of any size. */
function endless(schema: Schema, path: Path, seen: ReadonlySet<string> = new Set()): string[] {
  const { $ref } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    return seen.has(name) ? [] : endless(DOCUMENT.components.schemas[name] ?? {}, path, new Set([...seen, name]));
  }
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (alternatives.length > 0) return alternatives.flatMap((one) => endless(one, path, seen));
  if (schema.enum !== undefined || schema.const !== undefined) return [];
  if (schema.type === undefined) return [`${path.join('.')}: anything at all`];
  return [schema.type].flat().flatMap((type) => (ENDLESS[type] ?? bounded)(schema, path, seen));
}

type Search = typeof endless;

const bounded: Search = () => [];

/** How a value of each type can have no end. */
const ENDLESS: Readonly<Record<string, Search>> = {
  string: ({ maxLength, format = '' }, path) =>
    maxLength !== undefined || BOUNDED_FORMATS.has(format) ? [] : [`${path.join('.')}: a text of any length`],
  array: ({ maxItems, items = {} }, path, seen) => [
    ...(maxItems === undefined ? [`${path.join('.')}: a list of any length`] : []),
    ...endless(items, [...path, '[]'], seen),
  ],
  object: ({ properties = {}, additionalProperties, propertyNames = { type: 'string' }, maxProperties }, path, seen) => [
    ...Object.entries(properties).flatMap(([name, one]) => endless(one, [...path, name], seen)),
    ...(typeof additionalProperties !== 'object'
      ? []
      : [
          ...(maxProperties === undefined ? [`${path.join('.')}: any number of fields`] : []),
          ...endless(propertyNames, [...path, '(name)'], seen),
          ...endless(additionalProperties, [...path, '*'], seen),
        ]),
  ],
};

const OPERATIONS = Object.values(DOCUMENT.paths).flatMap((methods) => Object.values(methods));

describe.each(OPERATIONS)('$operationId', ({ parameters = [], requestBody }) => {
  it('takes nothing that has no end', () => {
    const [content] = Object.values(requestBody?.content ?? {});
    expect([
      ...parameters.flatMap(({ name, in: place, schema }) => endless(schema, [place, name])),
      ...(content === undefined ? [] : endless(content.schema, ['body'])),
    ]).toEqual([]);
  });
});

it('can tell', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'array', items: { type: 'string', maxLength: 3 } } } };
  expect(endless(schema, ['body'])).toEqual(['body.a: a text of any length', 'body.b: a list of any length']);
});
