import { z } from 'zod';

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function isLabelKey(key: string): boolean {
  const [first, second, extra] = key.split('/');
  if (extra !== undefined || first === undefined) return false;
  if (second === undefined) return first.length <= 63 && NAME.test(first);
  return first.length <= 253 && PREFIX.test(first) && second.length <= 63 && NAME.test(second);
}

function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && NAME.test(value));
}

/** Most entries that labels and selectors have. */
const LABELS_MAX = 64;

/** Longest label key: a prefix, a slash and a name. */
const LABEL_KEY_MAX = 317;

const LABEL_VALUE_MAX = 63;

const LabelKey = z.string().max(LABEL_KEY_MAX).refine(isLabelKey, 'must be a label key such as app or example.com/app');
const LabelValue = z.string().max(LABEL_VALUE_MAX).refine(isLabelValue, 'must be a label value: at most 63 letters, digits, -, _ and .');

/** Labels of an object, or the exact labels a selector asks for: at most 64 entries. */
export const Labels = z
  .record(LabelKey, LabelValue)
  .refine((labels) => Object.keys(labels).length <= LABELS_MAX, `must have at most ${LABELS_MAX} entries`)
  .meta({ id: 'Labels', maxProperties: LABELS_MAX });
export type Labels = z.infer<typeof Labels>;

/** Most entries of a merge patch: as many as can go, and as many as can come. */
const PATCHED_MAX = 2 * LABELS_MAX;

/** A merge patch (RFC 7396) of labels or a selector: null takes a label away, null for all of them all. What comes of it is checked as labels are. */
export const LabelsPatch = z
  .record(z.string().max(LABEL_KEY_MAX), z.string().max(LABEL_VALUE_MAX).nullable())
  .refine((patch) => Object.keys(patch).length <= PATCHED_MAX, `must have at most ${PATCHED_MAX} entries`)
  .meta({ id: 'LabelsPatch', maxProperties: PATCHED_MAX })
  .nullable();

/** True when every label of the selector is on the object. An empty selector matches nothing. */
export function matchesLabels(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** What each operator of a selector asks of the value under its key. `notin` also holds for objects without the key, as in Kubernetes. */
const OPERATORS = {
  exists: (value: string | undefined) => value !== undefined,
  absent: (value: string | undefined) => value === undefined,
  in: (value: string | undefined, values: readonly string[]) => value !== undefined && values.includes(value),
  notin: (value: string | undefined, values: readonly string[]) => value === undefined || !values.includes(value),
} as const;

/** One requirement of a `labelSelector` query; `values` is empty for `exists` and `absent`. */
export interface Requirement {
  readonly operator: keyof typeof OPERATORS;
  readonly key: string;
  readonly values: readonly string[];
}

const TERM =
  /^\s*(?:(?<absent>!\s*)?(?<bare>[^\s!=(),]+)|(?<key>[^\s!=(),]+)\s*(?:(?<eq>==?|!=)\s*(?<value>[^\s!=(),]*)|\s(?<set>in|notin)\s*\((?<values>[^()]*)\)))\s*$/;

/**
 * Parses a label selector as Kubernetes writes it: `app=web,tier!=db,env in (a,b),canary,!old`.
 * Returns null when the text is not one.
 */
export function parseLabelSelector(text: string): Requirement[] | null {
  const terms = text.split(/,(?![^(]*\))/);
  const requirements: Requirement[] = [];
  for (const term of terms) {
    const groups = TERM.exec(term)?.groups;
    if (!groups) return null;
    const key = groups.bare ?? groups.key ?? '';
    if (!isLabelKey(key)) return null;
    if (groups.bare !== undefined) {
      requirements.push({ operator: groups.absent === undefined ? 'exists' : 'absent', key, values: [] });
      continue;
    }
    const values = groups.set === undefined ? [groups.value ?? ''] : (groups.values ?? '').split(',').map((v) => v.trim());
    if (!values.every(isLabelValue)) return null;
    requirements.push({ operator: groups.set === 'notin' || groups.eq === '!=' ? 'notin' : 'in', key, values });
  }
  return requirements;
}

/** True when the labels fulfil all requirements. */
export function fulfils(requirements: readonly Requirement[], labels: Labels): boolean {
  return requirements.every(({ operator, key, values }) => OPERATORS[operator](labels[key], values));
}
