import type { NodeProbes, TargetResult } from '@weft/model';
import { expect, it } from 'vitest';
import { answering, stillThere, verdict } from '../../src/rollouts/verdict.ts';

const WEB = { what: 'service shop/web', ip: '198.19.0.2', port: 80 };
const POD = { what: 'pod shop/db', ip: '100.64.1.2', port: 5432 };

const result = (target: TargetResult['target'], connected: number, errors: Record<string, number> = {}): TargetResult => ({
  target,
  connected,
  errors,
});
const from = (node: string, ...results: TargetResult[]): NodeProbes => ({ node, results });

it('finds what answered before and does not any more, and says which, from where, to where and how', () => {
  const before = [from('node-a', result(WEB, 3), result(POD, 3))];
  const after = [from('node-a', result(WEB, 1, { ETIMEDOUT: 2 }), result(POD, 3))];
  expect(verdict(before, before)).toBeNull();
  expect(verdict(before, after)).toBe('from node-a to service shop/web (198.19.0.2:80): 2 of 3 connections failed (ETIMEDOUT)');
});

it('does not hold against a node what failed before, in part or from another node', () => {
  const bad = result(WEB, 0, { ECONNREFUSED: 3 });
  expect(verdict([from('node-a', bad)], [from('node-a', bad)])).toBeNull();
  expect(verdict([from('node-a', result(WEB, 2, { ETIMEDOUT: 1 }))], [from('node-a', bad)])).toBeNull();
  expect(verdict([from('node-b', result(WEB, 3))], [from('node-a', bad)])).toBeNull();
});

it('names three probes and counts the others', () => {
  const targets = [1, 2, 3, 4, 5].map((port) => ({ ...WEB, port }));
  const before = [from('node-a', ...targets.map((target) => result(target, 3)))];
  const after = [from('node-a', ...targets.map((target) => result(target, 0, { EHOSTUNREACH: 3 })))];
  expect(verdict(before, after)).toMatch(/:1\).*:2\).*:3\).*; and 2 more$/);
});

it('asks only for what answered and is still there', () => {
  const probes = from('node-a', result(WEB, 3), result(POD, 2, { ETIMEDOUT: 1 }));
  expect(answering(probes)).toEqual([WEB]);
  expect(answering(undefined)).toEqual([]);
  expect(stillThere([WEB, POD], [{ ...WEB, what: 'renamed' }])).toEqual([WEB]);
});
