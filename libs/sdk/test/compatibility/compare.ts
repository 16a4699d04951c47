/** The part of an OpenAPI document that clients depend on. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

/** A JSON schema, as far as it is compared. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** Who writes a value: what may be added and what may be taken away is the other way round for each. */
type Writer = 'client' | 'server';

const typesOf = ({ type, anyOf, oneOf }: Schema): readonly string[] =>
  type === undefined ? [...(anyOf ?? []), ...(oneOf ?? [])].flatMap(typesOf) : [type].flat();

const valuesOf = (schema: Schema): readonly unknown[] | null => schema.enum ?? (schema.const === undefined ? null : [schema.const]);

const missing = <T>(from: readonly T[], there: readonly T[]): T[] => from.filter((one) => !there.includes(one));

/** Says in what a schema of the newer document breaks those who know the older one: one text for each, which begins with `where`. */
class SchemaComparison {
  readonly #older: Document;
  readonly #newer: Document;
  /** References that are being, or were, compared: a schema may hold itself, and is told of once. */
  readonly #compared = new Set<string>();

  constructor(older: Document, newer: Document) {
    this.#older = older;
    this.#newer = newer;
  }

  static #resolve(schema: Schema, { components }: Document): Schema {
    return schema.$ref === undefined ? schema : (components.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {});
  }

  breaks(olderRef: Schema, newerRef: Schema, writer: Writer, where: string): string[] {
    const name = olderRef.$ref?.replace('#/components/schemas/', '');
    if (name !== undefined && newerRef.$ref === olderRef.$ref) {
      const key = `${writer} ${name}`;
      if (this.#compared.has(key)) return [];
      this.#compared.add(key);
    }
    const at = name === undefined ? where : `${writer === 'client' ? 'sent' : 'answered'} ${name}`;
    const older = SchemaComparison.#resolve(olderRef, this.#older);
    const newer = SchemaComparison.#resolve(newerRef, this.#newer);
    return [
      ...this.#values(older, newer, writer, at),
      ...this.#fields(older, newer, writer, at),
      ...this.#inside(older, newer, writer, at),
    ];
  }

  #values(older: Schema, newer: Schema, writer: Writer, at: string): string[] {
    const [before, after] = [typesOf(older), typesOf(newer)];
    // A client may be allowed more than it was; a server may say less than it did.
    const types = before.length === 0 || after.length === 0 ? [] : writer === 'client' ? missing(before, after) : missing(after, before);
    const [was, is] = [valuesOf(older), valuesOf(newer)];
    const values = writer === 'client' && is !== null ? (was === null ? ['any value but some'] : missing(was, is)) : [];
    const what = writer === 'client' ? 'may no longer be' : 'may now be';
    return [...types.map((type) => `${at} ${what} ${type}`), ...values.map((value) => `${at} may no longer be ${value}`)];
  }

  #fields(older: Schema, newer: Schema, writer: Writer, at: string): string[] {
    const [before, after] = [older.properties ?? {}, newer.properties ?? {}];
    const gone = missing(Object.keys(before), Object.keys(after)).map((field) => `${at}.${field} is gone`);
    const must =
      writer === 'client'
        ? missing(newer.required ?? [], older.required ?? []).map((field) => `${at}.${field} must now be sent`)
        : missing(older.required ?? [], newer.required ?? []).flatMap((field) =>
            field in after ? [`${at}.${field} may now be left out`] : [],
          );
    const deeper = Object.entries(before).flatMap(([field, schema]) => {
      const other = after[field];
      return other === undefined ? [] : this.breaks(schema, other, writer, `${at}.${field}`);
    });
    return [...gone, ...must, ...deeper];
  }

  #inside(older: Schema, newer: Schema, writer: Writer, at: string): string[] {
    const items = older.items === undefined || newer.items === undefined ? [] : this.breaks(older.items, newer.items, writer, `${at}[]`);
    const alternatives = ['anyOf', 'oneOf', 'allOf'] as const;
    const deeper = alternatives.flatMap((word) => {
      const others = newer[word] ?? [];
      return (older[word] ?? []).flatMap((one, index) => {
        const same =
          others.find(({ $ref }) => $ref !== undefined && $ref === one.$ref) ?? (one.$ref === undefined ? others[index] : undefined);
        if (same !== undefined) return this.breaks(one, same, writer, at);
        return writer === 'client' && one.$ref !== undefined ? [`${at} may no longer be ${one.$ref.split('/').at(-1)}`] : [];
      });
    });
    return [...items, ...deeper];
  }
}

/** In what the newer document breaks programs that were written for the older one; sorted, each said once. What only comes to it breaks nothing. */
export function breakingChanges(older: Document, newer: Document): string[] {
  const schemas = new SchemaComparison(older, newer);
  const contents = (before: Content, after: Content, writer: Writer, at: string) =>
    Object.entries(before).flatMap(([type, { schema }]) => {
      const other = after[type];
      if (other === undefined) return [`${at} is no longer ${type}`];
      return schema === undefined || other.schema === undefined ? [] : schemas.breaks(schema, other.schema, writer, at);
    });
  const parameters = (id: string, before: readonly Parameter[], after: readonly Parameter[]) => {
    const same =
      ({ name, in: place }: Parameter) =>
      (other: Parameter) =>
        other.name === name && other.in === place;
    const added = after
      .filter((one) => one.required && !before.find(same(one))?.required)
      .map(({ name }) => `${id} ${name} must now be sent`);
    const kept = before.flatMap((one) => {
      const other = after.find(same(one));
      return other === undefined ? [`${id} ${one.name} is gone`] : schemas.breaks(one.schema, other.schema, 'client', `${id} ${one.name}`);
    });
    return [...added, ...kept];
  };
  const breaks = Object.entries(older.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, before]) => {
      const after = newer.paths[path]?.[method];
      const id = before.operationId;
      if (after === undefined) return [`${id} (${method.toUpperCase()} ${path}) is gone`];
      const body = after.requestBody?.required && before.requestBody?.required !== true ? [`${id} must now have a body`] : [];
      return [
        ...(after.operationId === id ? [] : [`${id} is now called ${after.operationId}`]),
        ...parameters(id, before.parameters ?? [], after.parameters ?? []),
        ...body,
        ...contents(before.requestBody?.content ?? {}, after.requestBody?.content ?? {}, 'client', `${id} body`),
        ...Object.entries(before.responses).flatMap(([status, { content = {} }]) => {
          const other = after.responses[status];
          if (!status.startsWith('2')) return [];
          return other === undefined
            ? [`${id} no longer answers ${status}`]
            : contents(content, other.content ?? {}, 'server', `${id} ${status}`);
        }),
      ];
    }),
  );
  return [...new Set(breaks)].sort();
}
