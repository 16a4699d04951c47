import { getSchemaPath, type ReferenceObject, type SchemaObject } from '@nestjs/swagger';
import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What Zod adds and nobody needs to read: its own formats, patterns that repeat a format, and the limits of a JavaScript integer. */
function dropNoise({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
  if (jsonSchema.format === 'date-time' || jsonSchema.type === 'integer') delete jsonSchema.pattern;
  if (jsonSchema.type === 'boolean') delete jsonSchema.enum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** Every schema is shown as it is read: a field with a default may be left out. What we send has no defaults, so it reads the same. */
const READING = { io: 'input', target: 'draft-2020-12', unrepresentable: 'any', override: dropNoise } as const;

const withoutHead = ({ $schema: _, $id: __, ...schema }: JsonSchema) => schema as SchemaObject;

/** The JSON Schema of a Zod schema that has no name and refers to none. */
export const inlineSchema = (schema: z.ZodType): SchemaObject => withoutHead(z.toJSONSchema(schema, READING));

/** The JSON Schema of a Zod schema; of one with a name (`.meta({ id })`) a reference to its component. */
export function schemaOf(schema: z.ZodType): SchemaObject | ReferenceObject {
  const name = z.globalRegistry.get(schema)?.id;
  return name === undefined ? inlineSchema(schema) : { $ref: getSchemaPath(name) };
}

/** The JSON Schema of every Zod schema that has a name, by that name. */
export function namedSchemas(): Record<string, SchemaObject> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { ...READING, uri: getSchemaPath });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutHead(schema)]));
}
