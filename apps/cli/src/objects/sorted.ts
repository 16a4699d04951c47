import { UserError } from '../user-error.ts';
import { fieldAt, readField } from './field.ts';
import type { Found } from './find.ts';

/** Numbers by size, and texts as people count: node-2 before node-10, 10.0.0.9 before 10.0.0.10. */
const compared = new Intl.Collator('en', { numeric: true }).compare;

/**
 * Objects, the kinds one after the other as they are, each kind by what its objects have in a field, those without it last.
 *
 * @param field as kubectl takes it: `.name`, `.status.phase`, `{.ports[0].port}`
 * @throws UserError when that is no field, or none of the objects has it
 */
export function sortedBy(found: readonly Found[], field: string): Found[] {
  const path = readField(field);
  if (path === null) throw new UserError(`${field} is no field to sort by: say .name, .createdAt or .status.phase`);
  const keyed = found.map((one) => ({ one, value: fieldAt(one.object, path) ?? null }));
  const [first] = found;
  if (first !== undefined && keyed.every(({ value }) => value === null))
    throw new UserError(`nothing found has a field ${field}: ${first.kind.plural} have ${Object.keys(first.object).join(', ')}`);
  const inOrder = keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return typeof a.value === 'number' && typeof b.value === 'number' ? a.value - b.value : compared(String(a.value), String(b.value));
  });
  const kinds = new Set(found.map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => inOrder.filter(({ one }) => one.kind === kind).map(({ one }) => one));
}
