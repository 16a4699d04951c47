/** The fields of an object with those of a merge patch put over them; what is undefined in the patch is absent from it. */
export function mergeFields<T extends object>(before: T, patch: { readonly [K in keyof T]?: T[K] | undefined }): T {
  return { ...before, ...(Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>) };
}
