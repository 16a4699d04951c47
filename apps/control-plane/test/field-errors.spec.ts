import { ProblemError, ServiceCreate } from '@weft/model';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parsePart } from '../src/http/field-errors.ts';

function problemOf(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const web = { name: 'web', ports: [{ port: 80 }] };

it.each([
  ['an unknown field', { ...web, colour: 'red' }, 'UnknownField', ['/colour UnknownField']],
  ['one deep inside', { ...web, ports: [{ port: 80, weight: 1 }] }, 'UnknownField', ['/ports/0/weight UnknownField']],
  ['a name that a pointer has to escape', { ...web, 'a/b~c': 1 }, 'UnknownField', ['/a~1b~0c UnknownField']],
  ['a missing field', { ports: [] }, 'ValidationFailed', ['/name Required']],
  ['a port out of range', { ...web, ports: [{ port: 65536 }] }, 'ValidationFailed', ['/ports/0/port TooBig']],
  ['a wrong type', { ...web, name: 7 }, 'ValidationFailed', ['/name InvalidType']],
  ['shell metacharacters', { ...web, name: 'web;reboot' }, 'ValidationFailed', ['/name InvalidFormat']],
  ['no object at all', [], 'ValidationFailed', [' InvalidType']],
  ['nothing', undefined, 'ValidationFailed', [' Required']],
  ['both', { ports: [], colour: 'red' }, 'ValidationFailed', ['/name Required', '/colour UnknownField']],
])('points at %s', (_what, body, code, fields) => {
  const problem = problemOf(() => parsePart('body', ServiceCreate, body));
  expect(problem.code).toBe(code);
  expect(problem.errors.map((error) => `${error.pointer} ${error.code}`)).toEqual(fields);
});

it('points into the query by name', () => {
  const problem = problemOf(() => parsePart('query', z.strictObject({ limit: z.coerce.number() }), { limit: 'x' }));
  expect(problem.errors[0]?.pointer).toBe('query/limit');
});

it('reports no more errors than somebody can read', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field${index}`, 1]));
  expect(problemOf(() => parsePart('body', ServiceCreate, { ...web, ...many })).errors).toHaveLength(50);
});
