import { readFileSync } from 'node:fs';
import fc from 'fast-check';

/** A JSON schema, as far as the document's requests use them. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const DOCUMENT = JSON.parse(readFileSync(new URL('../../../../openapi/weft.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** Values that a parser, a database or a naive program stumbles over. */
const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  "'; DROP TABLE pod; --",
  '$(reboot)',
  '../..',
  '%00',
  '*',
  'NaN',
  '-1',
  '1e999',
  '١',
];
const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  oddText,
  fc.constantFrom(null, [], {}, true, -1, 0.5, 65536, 2 ** 31, 2 ** 53, 1e308),
);

/** Texts that say something where they stand: what exists, and addresses, which the document knows as texts only. */
const TELLING = ['198.19.0.9', '100.64.0.9', '203.0.113.7', '192.0.2.0/24', '2', 'default', 'node-a', 'web', 'wait=0', '0', 'default/web'];

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.ipV4(), fc.constantFrom(...TELLING));

function textOf({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<unknown> {
  if (format === 'date-time')
    return fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toJSON());
  if (pattern === undefined) return text.map((value) => value.slice(0, maxLength));
  const longest = Math.min(maxLength, Math.max(minLength, 60));
  // The length of a hash is said beside its pattern: texts of any length would have to be thrown away nearly all.
  const sized = pattern.replace(/\+\$$/, `{${Math.max(minLength, 1)},${longest}}$`);
  const made = fc.stringMatching(new RegExp(sized), { maxLength: longest }).filter((value) => value.length >= minLength);
  const telling = TELLING.filter((value) => new RegExp(sized).test(value) && value.length <= longest);
  return telling.length === 0 ? made : fc.oneof(made, { arbitrary: fc.constantFrom(...telling), weight: 2 });
}

function objectOf({ properties = {}, required = [], additionalProperties, propertyNames }: Schema): fc.Arbitrary<unknown> {
  const known = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, allowedBy(schema)]));
  const record = fc.record(known, { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object') return record;
  const keys = allowedBy(propertyNames ?? { type: 'string', maxLength: 20 }).map(String);
  return fc.tuple(record, fc.dictionary(keys, allowedBy(additionalProperties), { maxKeys: 3 })).map(([one, more]) => ({ ...more, ...one }));
}

/** Values that a schema allows. */
function allowedBy(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return allowedBy(DOCUMENT.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(allowedBy));
  const { minimum = -(2 ** 31), maximum = 2 ** 31 } = schema;
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(allowedBy(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 3) });
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

/** Puts something odd at a place in a value: the place is found by walking down as long as the path goes. */
function spoilt(value: unknown, [step = 0, ...path]: readonly number[], odd: unknown): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return odd;
  const entries = Object.entries(value);
  if (entries.length === 0) return Array.isArray(value) ? [odd] : { [String(odd)]: odd };
  const at = step % entries.length;
  const changed = entries.map(([key, inner], index): [string, unknown] => [key, index === at ? spoilt(inner, path, odd) : inner]);
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

/** A value as the schema has it, or with something odd in it somewhere. */
const perhapsSpoilt = (schema: Schema) =>
  fc.oneof(
    allowedBy(schema),
    fc
      .tuple(allowedBy(schema), fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), oddValue)
      .map(([value, path, odd]) => spoilt(value, path, odd)),
  );

/** A request of one operation, as the document describes it and a little beside it. */
export interface AnyRequest {
  /** With ids still to be put in. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Which of the ids that exist to use, and one to use instead. */
  readonly id: number;
  readonly otherId: string | null;
}

/** What a header can hold on its way through fetch. */
const headerText = (value: unknown) => String(value).replaceAll(/[^\x20-\x7e]/g, '?');

/** A watch does not end, and a plan's token that is guessed refuses whatever else is asked. */
const TESTED_ELSEWHERE = ['watch', 'planToken'];

function parts(parameters: readonly Parameter[], place: Parameter['in'], write: (value: unknown) => string) {
  const chosen = parameters.filter((parameter) => parameter.in === place && !TESTED_ELSEWHERE.includes(parameter.name));
  const value = (schema: Schema) => fc.oneof({ arbitrary: allowedBy(schema), weight: 8 }, oddText).map(write);
  const known = Object.fromEntries(chosen.map(({ name, schema }) => [name, value(schema)]));
  return fc.record(known, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;
}

/** Every operation of the document with the requests that it may get. */
export const ANY_REQUESTS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => {
    const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    const body =
      content === undefined
        ? fc.constantFrom(undefined, '{}', '{"a":1}')
        : perhapsSpoilt(content.schema).map((value) => JSON.stringify(value));
    const request: fc.Arbitrary<AnyRequest> = fc.record({
      path: fc.constant(path),
      query: fc.oneof(
        { arbitrary: parts(parameters, 'query', (value) => String(value).toWellFormed()), weight: 6 },
        { arbitrary: fc.constant<Record<string, string>>({ colour: 'red' }), weight: 1 },
      ),
      headers: parts(parameters, 'header', headerText),
      body: method === 'get' ? fc.constant(undefined) : body,
      id: fc.nat(),
      otherId: fc.oneof(
        { arbitrary: fc.constant(null), weight: 5 },
        oddText.map((value) => encodeURIComponent(value.toWellFormed())),
      ),
    });
    return { operationId, method: method.toUpperCase(), type: type ?? 'application/json', request };
  }),
);
