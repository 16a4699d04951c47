import type { Labels, Requirement } from '@weft/model';

/** How a label is written where selectors are matched by the database. */
const term = (key: string, value: string) => `${key}=${value}`;

/** `key` and `key=value` of every label. */
export function labelTerms(labels: Labels): string[] {
  return Object.entries(labels).flatMap(([key, value]) => [key, term(key, value)]);
}

/** The terms an object must have for a selector to match it; empty, which matches nothing, without a selector. */
export function selectorTerms(selector: Labels | null): string[] {
  return Object.entries(selector ?? {}).map(([key, value]) => term(key, value));
}

/** What each operator of a label selector asks of an object's terms. */
const CONDITIONS = {
  exists: ({ key }: Requirement) => ({ labelTerms: { has: key } }),
  absent: ({ key }: Requirement) => ({ NOT: { labelTerms: { has: key } } }),
  in: ({ key, values }: Requirement) => ({ labelTerms: { hasSome: values.map((value) => term(key, value)) } }),
  notin: ({ key, values }: Requirement) => ({ NOT: { labelTerms: { hasSome: values.map((value) => term(key, value)) } } }),
};

/** The conditions of a label selector. */
export function fulfilling(requirements: readonly Requirement[] = []) {
  return requirements.map((requirement) => CONDITIONS[requirement.operator](requirement));
}
