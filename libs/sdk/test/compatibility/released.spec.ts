import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { breakingChanges, type Document, type Schema } from './compare.ts';
import { documentIn } from './contract.ts';

const read = (name: string) => readFileSync(new URL(`../../../../openapi/${name}`, import.meta.url), 'utf8');

/** A change that breaks programs and is meant to. */
interface Declared {
  readonly breaks: string;
  readonly why: string;
}

it('breaks nothing that was released, but what openapi/breaking.json declares with a reason', () => {
  const declared = JSON.parse(read('breaking.json')) as Declared[];
  expect(declared.filter(({ why }) => why.trim() === '')).toEqual([]);
  expect(breakingChanges(documentIn(read('released.json')), documentIn(read('weft.json')))).toEqual(
    declared.map(({ breaks }) => breaks).sort(),
  );
});

const WIDGET: Schema = {
  type: 'object',
  properties: { name: { type: 'string' }, size: { type: ['integer', 'null'] }, colour: { enum: ['red', 'blue'] } },
  required: ['name'],
};

/** A document with one operation that takes and gives a Widget. */
function document(widget: Schema, parameters: Document['paths'][string][string]['parameters'] = []): Document {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Widget' } } };
  const create = { operationId: 'widgetCreate', parameters, requestBody: { required: true, content }, responses: { 201: { content } } };
  return { paths: { '/widgets': { post: create } }, components: { schemas: { Widget: widget } } };
}

const { properties = {} } = WIDGET;
const limit = { name: 'limit', in: 'query', schema: { type: 'integer' } };

it.each<[string, Document, readonly string[]]>([
  ['nothing', document(WIDGET), []],
  ['a field more', document({ ...WIDGET, properties: { ...properties, weight: { type: 'number' } } }), []],
  ['a parameter more', document(WIDGET, [limit]), []],
  ['a value more', document({ ...WIDGET, properties: { ...properties, colour: { enum: ['red', 'blue', 'green'] } } }), []],
  ['an operation less', { ...document(WIDGET), paths: {} }, ['widgetCreate (POST /widgets) is gone']],
  ['a parameter that must be', document(WIDGET, [{ ...limit, required: true }]), ['widgetCreate limit must now be sent']],
  [
    'a field less',
    document({ ...WIDGET, properties: { name: { type: 'string' }, colour: { enum: ['red', 'blue'] } } }),
    ['answered Widget.size is gone', 'sent Widget.size is gone'],
  ],
  ['a field that must be', document({ ...WIDGET, required: ['name', 'size'] }), ['sent Widget.size must now be sent']],
  ['a field that may be missing', document({ ...WIDGET, required: [] }), ['answered Widget.name may now be left out']],
  [
    'a value less',
    document({ ...WIDGET, properties: { ...properties, colour: { enum: ['red'] } } }),
    ['sent Widget.colour may no longer be blue'],
  ],
  [
    'null less',
    document({ ...WIDGET, properties: { ...properties, size: { type: 'integer' } } }),
    ['sent Widget.size may no longer be null'],
  ],
  [
    'null more',
    document({ ...WIDGET, properties: { ...properties, name: { type: ['string', 'null'] } } }),
    ['answered Widget.name may now be null'],
  ],
])('finds what %s breaks', (_, newer, breaks) => {
  expect(breakingChanges(document(WIDGET), newer)).toEqual(breaks);
});

it('compares a schema that holds itself', () => {
  const node = (type: string): Schema => ({
    type: 'object',
    properties: { value: { type }, next: { $ref: '#/components/schemas/Widget' } },
  });
  expect(breakingChanges(document(node('string')), document(node('integer')))).toEqual([
    'answered Widget.value may now be integer',
    'sent Widget.value may no longer be string',
  ]);
});
