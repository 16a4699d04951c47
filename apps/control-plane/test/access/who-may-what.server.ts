import { decide, OPERATIONS } from '@weft/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENTED } from '../harness/document-check.ts';
import { joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { type Callers, makeCallers } from './callers.ts';

/** The namespace that examples are in, and that tokens of one namespace reach. */
const NAMESPACE = 'shop';

let plane: Plane;
let callers: Callers;
/** What each caller was answered, by operation. */
const answered = new Map<string, Record<string, string>>();

beforeAll(async () => {
  plane = await startPlane();
  await plane.api.ok('POST /namespaces', { body: { name: NAMESPACE } });
  callers = await makeCallers(plane, NAMESPACE);
});
afterAll(() => plane.stop());

/** What an answer says about who asks, and nothing about what was asked for. */
const MEANINGS: Readonly<Record<string, string>> = { Unauthenticated: 'unknown', Forbidden: 'no' };

/** Ids of objects that are not there: whoever may ask hears 404, and nothing is lost of what the others need. */
const concrete = (path: string) => path.replaceAll(/\{\w+\}/g, 'x_0');
const bodyOf = (id: string) => OPERATIONS.find((operation) => operation.id === id)?.bodyExample;

describe.each(DOCUMENTED)('$id', ({ id, method, path }) => {
  it('is for those it is declared for, and for nobody else', async () => {
    const row: Record<string, string> = {};
    // A node may give its credential back, and get another.
    const { token: node } = await joinNode(plane.api, 'caller');
    for (const [caller, token] of Object.entries({ ...callers, node })) {
      const headers = { 'If-Match': '*' };
      const { body } = await plane.api.send(`${method} ${concrete(path)}`, { token, headers, body: bodyOf(id) });
      row[caller] = MEANINGS[body.code] ?? 'yes';
    }
    answered.set(id, row);
    const operation = OPERATIONS.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`${id} is in the document only`);
    const open = operation.permission === null;
    for (const caller of ['stranger', 'unknown', 'expired', 'revoked'])
      expect([caller, row[caller]]).toEqual([caller, open ? 'yes' : 'unknown']);
    for (const [caller, answer] of Object.entries(row)) {
      const [role = '', , one] = caller.split(' ');
      if (!['admin', 'operator', 'viewer', 'node'].includes(role)) continue;
      const principal = { role: role as 'admin', namespaces: one === undefined ? null : [NAMESPACE] };
      expect([caller, answer]).toEqual([caller, decide(principal, operation, null).allowed ? 'yes' : 'no']);
    }
  });
});

it('is what people have agreed on', async () => {
  expect(answered.size).toBe(OPERATIONS.length);
  const names = ['stranger', 'viewer', 'operator', 'admin', 'viewer of one', 'operator of one', 'admin of one', 'node'];
  const line = (id: string, row: Readonly<Record<string, string>>) =>
    `${id.padEnd(26)}${names.map((name) => (row[name] ?? '').padEnd(17)).join('')}`.trimEnd();
  const head = line('', Object.fromEntries(names.map((name) => [name, name])));
  const rows = [...answered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, row]) => line(id, row));
  await expect(`${[head, ...rows].join('\n')}\n`).toMatchFileSnapshot('testdata/who-may-what.txt');
});
