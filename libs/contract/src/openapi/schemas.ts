import { canonicalJson } from '@weft/model';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Which side of a schema to describe: what is sent to us (`input`: fields with defaults are optional) or what we send (`output`). */
export type Side = 'input' | 'output';

const LOCAL = '#/$defs/';
const reference = (side: Side, name: string) => `#/${side}/${name}`;
const REFERENCE = /^#\/(input|output)\/(.+)$/;

/** Ids are strings that a transform only brands; for what we send, the document shows the string. */
function showBrandedString(context: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  const { def } = context.zodSchema._zod;
  if (def.type !== 'pipe' || def.out._zod.def.type !== 'transform') return;
  const { $schema: _, ...inner } = z.toJSONSchema(def.in as z.ZodType, { io: 'input' });
  Object.assign(context.jsonSchema, inner);
}

/** What Zod adds and nobody needs to read: its own formats, patterns that repeat a format, and the limits of a JavaScript integer. */
function dropNoise({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
  if (jsonSchema.format === 'date-time' || jsonSchema.type === 'integer') delete jsonSchema.pattern;
  if (jsonSchema.type === 'boolean') delete jsonSchema.enum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** A copy with every reference in it replaced. */
export function mapReferences<T>(value: T, to: (ref: string) => string): T {
  const walk = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(walk);
    if (inner === null || typeof inner !== 'object') return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, child]) => [key, key === '$ref' ? to(String(child)) : walk(child)]));
  };
  return walk(value) as T;
}

/**
 * Collects the named schemas (`.meta({ id })`) of a document while it is written, and gives them their final names at its end.
 * A schema that reads differently on its way in and out gets two names: its own for what we send, and `…Input` for what we take.
 */
export class SchemaComponents {
  private readonly named: Record<Side, Map<string, JsonSchema>> = { input: new Map(), output: new Map() };

  /** The JSON Schema of a Zod schema; named schemas in it are references that `resolve` completes. */
  describe(schema: z.ZodType, side: Side): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io: side,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: (context) => {
        showBrandedString(context as never);
        dropNoise(context as never);
      },
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    const relink = <T>(value: T): T => mapReferences(value, (ref) => reference(side, ref.replace(LOCAL, '')));
    for (const [name, body] of Object.entries($defs)) {
      const { id: __, ...rest } = relink(body);
      this.named[side].set(name, rest);
    }
    return relink(root);
  }

  /** The document with its references completed, and the components they lead to. */
  resolve<T>(document: T): { document: T; schemas: Record<string, JsonSchema> } {
    const twoSided = this.namesThatDiffer();
    const finalName = (side: string, name: string) => (side === 'input' && twoSided.has(name) ? `${name}Input` : name);
    const finish = <V>(value: V): V =>
      mapReferences(value, (ref) => {
        const [, side = '', name = ''] = REFERENCE.exec(ref) ?? [];
        return name === '' ? ref : `#/components/schemas/${finalName(side, name)}`;
      });
    const schemas = Object.fromEntries(
      (['input', 'output'] as const).flatMap((side) => [...this.named[side]].map(([name, body]) => [finalName(side, name), finish(body)])),
    );
    return { document: finish(document), schemas };
  }

  /** Names that mean something else on each side, themselves or through what they refer to. */
  private namesThatDiffer(): Set<string> {
    const both = [...this.named.input.keys()].filter((name) => this.named.output.has(name));
    const differing = new Set<string>();
    const text = (side: Side, name: string) =>
      canonicalJson(
        mapReferences(this.named[side].get(name), (ref) => {
          const inner = REFERENCE.exec(ref)?.[2] ?? ref;
          return differing.has(inner) ? ref : inner;
        }),
      );
    for (let before = -1; before < differing.size; ) {
      before = differing.size;
      for (const name of both) if (text('input', name) !== text('output', name)) differing.add(name);
    }
    return differing;
  }
}
