/** A way into an object: names of fields, numbers of elements, and `*` for all elements. */
export type FieldPath = readonly string[];

/**
 * Reads a path in the words of kubectl's JSONPath (https://kubernetes.io/docs/reference/kubectl/jsonpath/): `.status.phase`, `{.ports[0].port}`,
 * `{.items[*].name}`. null when it is none: templates, filters and ranges are not.
 */
export function readField(text: string): FieldPath | null {
  const [, , inBraces, bare] = /^(['"]?)(?:\{(.*)\}|(.*))\1$/.exec(text) ?? [];
  const [path] = /^\.?[\w-]+(?:\.[\w-]+|\[(?:\d+|\*)\])*$/.exec(inBraces ?? bare ?? '') ?? [];
  return path?.match(/[\w-]+|\*/g) ?? null;
}

/** What is there: nothing, one value, or with `*` several. */
export const valuesAt = (value: unknown, path: FieldPath): unknown[] =>
  path.reduce<unknown[]>(
    (values, part) =>
      values.flatMap((inner) => {
        if (typeof inner !== 'object' || inner === null) return [];
        if (part === '*') return Object.values(inner);
        return Object.hasOwn(inner, part) ? [(inner as Record<string, unknown>)[part]] : [];
      }),
    [value],
  );

/** The first of them; undefined when there is nothing. */
export const fieldAt = (value: unknown, path: FieldPath): unknown => valuesAt(value, path)[0];
