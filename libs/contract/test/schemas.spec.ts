import { expect, it } from 'vitest';
import { z } from 'zod';
import { SchemaComponents } from '../src/openapi/schemas.ts';

const Port = z.strictObject({ port: z.int(), protocol: z.string().default('TCP') }).meta({ id: 'TestPort' });
const Holder = z.strictObject({ ports: z.array(Port) }).meta({ id: 'TestHolder' });
const Name = z.strictObject({ name: z.string() }).meta({ id: 'TestName' });

it('gives a schema that reads differently on each side two names, and what holds it as well', () => {
  const components = new SchemaComponents();
  const described = { in: components.describe(Holder, 'input'), out: components.describe(Holder, 'output') };
  const { document, schemas } = components.resolve(described);
  expect(document).toEqual({ in: { $ref: '#/components/schemas/TestHolderInput' }, out: { $ref: '#/components/schemas/TestHolder' } });
  expect(schemas.TestPortInput?.required).toEqual(['port']);
  expect(schemas.TestPort?.required).toEqual(['port', 'protocol']);
  expect(schemas.TestHolderInput).toMatchObject({ properties: { ports: { items: { $ref: '#/components/schemas/TestPortInput' } } } });
});

it('gives one that reads the same one name', () => {
  const components = new SchemaComponents();
  const described = { in: components.describe(Name, 'input'), out: components.describe(Name, 'output') };
  expect(Object.keys(components.resolve(described).schemas)).toEqual(['TestName']);
});
