import { type FieldError, Labels, ProblemError } from '@weft/model';

/** A merge patch of labels: null removes one, null for all of them removes all. */
export type LabelsPatch = Readonly<Record<string, string | null>> | null;

/** Labels after a merge patch (RFC 7396). Throws ProblemError ValidationFailed when the result is not a set of labels. */
export function mergeLabels(field: 'labels' | 'selector', labels: Labels, patch: LabelsPatch): Labels {
  if (patch === null) return {};
  const merged = { ...labels, ...patch };
  const kept = Object.fromEntries(Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null));
  const checked = Labels.safeParse(kept);
  if (checked.success) return checked.data;
  const errors: FieldError[] = checked.error.issues.map(({ path, code, message }) => ({
    pointer: `/${[field, ...path].map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
    code,
    message,
  }));
  throw new ProblemError('ValidationFailed', `${field} would not be valid`, errors);
}
