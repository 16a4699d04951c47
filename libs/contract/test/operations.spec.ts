import { expect, it } from 'vitest';
import { type AnyOperation, OPERATIONS } from '../src/index.ts';

/** What can be done; an operation's name ends with it. */
const VERBS = [
  ...['List', 'View', 'Create', 'Update', 'Delete', 'Check', 'Compare'],
  ...['Join', 'Preview', 'Approve', 'Rotate', 'Revoke'],
  ...['Open', 'Pull', 'Report', 'Renew', 'Live', 'Ready'],
  ...['Drain', 'Cancel', 'Halt', 'Resume', 'Revert', 'Capture', 'Explain', 'Export'],
];
const NAMED = new RegExp(`^[a-z]+([A-Z][a-z]+)*(${VERBS.join('|')})$`);

it('names every operation once, as a noun and a verb', () => {
  const ids = OPERATIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !NAMED.test(id))).toEqual([]);
});

it('gives every method and path to one operation', () => {
  const routes = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(routes).size).toBe(routes.length);
});

it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s: its examples are valid', (_id, operation: AnyOperation) => {
  if (operation.body !== null) expect(operation.body.safeParse(operation.bodyExample)).toMatchObject({ success: true });
  for (const { schema, example } of Object.values(operation.answer.content))
    if (example !== undefined) expect(schema?.safeParse(example)).toMatchObject({ success: true });
});

it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s: every part of its path is described', (_id, operation) => {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  expect(Object.keys(operation.params.shape)).toEqual(inPath);
});
