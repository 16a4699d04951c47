import type { Ipset, IpvsService } from '@weft/kernel';
import { EMPTY_CONFIG, renderIpsetRestore, renderIpvsRestore } from '@weft/kernel';
import { expect, it } from 'vitest';
import { diff } from '../src/index.ts';

const COUNT = 12_345;
const address = (n: number) => `198.19.${n >> 8}.${n & 255}`;

const set = (name: string): Ipset => ({
  name,
  type: 'hash:ip,port',
  skbinfo: false,
  elements: Array.from({ length: COUNT }, (_, n) => `${address(n)},tcp:80`),
});

const services = Array.from(
  { length: COUNT },
  (_, n): IpvsService => ({
    frontend: { protocol: 'tcp', address: address(n), port: 80 },
    scheduler: 'rr',
    flags: [],
    persistence: null,
    destinations: [{ ip: '100.64.1.2', port: 80, weight: 1, forwarding: 'masq' }],
  }),
);

const desired = { ...EMPTY_CONFIG, ipsets: [set('WEFT-A'), set('WEFT-B')], ipvs: services };

it.each([
  ['made', diff(desired, EMPTY_CONFIG)],
  ['taken away', diff(EMPTY_CONFIG, desired)],
])('what is %s at once is done some thousand lines at a time, and is the same in the end', (_, steps) => {
  const texts = steps.map((step) => {
    if (step.tool === 'ipset') return { tool: step.tool, text: renderIpsetRestore(step.ops) };
    if (step.tool === 'ipvs') return { tool: step.tool, text: renderIpvsRestore(step.ops) };
    throw new Error(`a step of ${step.tool}`);
  });
  const lines = (tool: string) => texts.filter((one) => one.tool === tool).flatMap(({ text }) => text.trimEnd().split('\n'));
  for (const { text } of texts) expect(text.split('\n').length).toBeLessThanOrEqual(5_001);
  // Whoever is taken away goes with its destinations, and a set with its elements.
  const making = lines('ipset').length > 2;
  expect(lines('ipvs')).toHaveLength(making ? 2 * COUNT : COUNT);
  expect(lines('ipset')).toHaveLength(making ? 2 * (COUNT + 1) : 2);
  expect(new Set(lines('ipset')).size).toBe(lines('ipset').length);
});
