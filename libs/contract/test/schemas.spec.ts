import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '../src/index.ts';
import { namedSchemas, schemaOf } from '../src/openapi/schemas.ts';

const Port = z.strictObject({ port: z.int(), protocol: z.string().default('TCP') }).meta({ id: 'TestPort' });
const Holder = z.strictObject({ ports: z.array(Port) }).meta({ id: 'TestHolder' });
// Every test of this worker has the one registry.
afterAll(() => {
  for (const schema of [Port, Holder]) z.globalRegistry.remove(schema);
});

it('shows a schema with a name as a reference to what is shown under that name', () => {
  expect(schemaOf(Holder)).toEqual({ $ref: '#/components/schemas/TestHolder' });
  expect(namedSchemas().TestHolder?.properties).toEqual({ ports: { type: 'array', items: { $ref: '#/components/schemas/TestPort' } } });
});

it('lets a field with a default be left out', () => {
  expect(namedSchemas().TestPort?.required).toEqual(['port']);
});

const answers = OPERATIONS.flatMap(({ id, answer }) =>
  Object.entries(answer.content).flatMap(([type, { schema }]) => (schema === null ? [] : [[id, type, schema] as const])),
);

it.each(answers)('%s: what it answers as %s has every field, so nothing in it has a default', (_id, _type, schema) => {
  expect(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))).not.toContain('"default":');
});
