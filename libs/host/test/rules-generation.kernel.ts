import { type RulesGeneration, realRulesGeneration } from '@weft/host';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestHost, type TestHost } from './test-host.ts';

let at: TestHost;
let generation: RulesGeneration;

beforeEach(async () => {
  at = await createTestHost();
  generation = realRulesGeneration(['nsenter', '-t', `${at.pid}`, '-n', '-m']);
});
afterEach(() => at.destroy());

test.each<[string, readonly string[]]>([
  ['a table', ['nft', 'add table ip other']],
  ['an element of a set', ['nft', 'add element ip weft s { 10.0.0.1 }']],
  ['an element less', ['nft', 'delete element ip weft s { 10.0.0.9 }']],
  ['a rule of iptables in its nft variant', ['iptables-nft', '-t', 'nat', '-N', 'OTHER']],
])('%s makes the rules be in another state', async (_, command) => {
  await at.must(['nft', 'add table ip weft; add set ip weft s { type ipv4_addr; }; add element ip weft s { 10.0.0.9 }']);
  const before = await generation();
  expect(before).toMatch(/^[0-9a-f-]{36} \d+ \d+$/);
  await at.must(command);
  expect(await generation()).not.toBe(before);
});

test('what changes no rule, and a command that is refused, leave the state as it was', async () => {
  await at.must([
    'nft',
    'add table ip weft; add chain ip weft c { type filter hook input priority 0; }; add rule ip weft c counter accept',
  ]);
  const before = await generation();
  await at.must(['nft', 'list', 'ruleset']);
  await at.must(['nft', 'add table ip weft']);
  expect((await at.run(['nft', 'add table ip weft; delete table ip nobodys'])).exitCode).not.toBe(0);
  await at.must(['ip', 'link', 'add', 'other', 'type', 'bridge']);
  expect(await generation()).toBe(before);
});

test('no two network namespaces are in the same state, whatever has happened in them', async () => {
  const other = await createTestHost();
  const states = await Promise.all([at, other].map(({ pid }) => realRulesGeneration(['nsenter', '-t', `${pid}`, '-n', '-m'])()));
  await other.destroy();
  expect(new Set(states).size).toBe(2);
});

test('a host that lacks the tool does not say', async () => {
  expect(await realRulesGeneration(['/nonexistent'])()).toBeNull();
});
