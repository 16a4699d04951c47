import { canonicalJson, ProblemError } from '@weft/model';

/** Throws ProblemError ValidationFailed for fields that an object has for life and that a document says otherwise; null: it says nothing of it. */
export function requireFixed<T extends object>(is: T, said: { readonly [K in keyof T]: T[K] | null }): void {
  const errors = Object.entries(said)
    .filter(([name, value]) => value !== null && canonicalJson(value) !== canonicalJson(is[name as keyof T]))
    .map(([name]) => ({
      pointer: `/${name}`,
      code: 'NotAllowed',
      message: `is ${JSON.stringify(is[name as keyof T])} for life; delete the object first`,
    }));
  if (errors[0] !== undefined) throw new ProblemError('ValidationFailed', `${errors[0].pointer.slice(1)} ${errors[0].message}`, errors);
}
