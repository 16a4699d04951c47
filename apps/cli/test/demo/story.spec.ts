import { describe, expect, it } from 'vitest';
import { backendsOf } from '../../src/demo/backends.ts';
import { story } from '../../src/demo/chapters.ts';

type Fleet = Parameters<typeof backendsOf>[0];
type Status = Fleet[number]['status'];

/** A node that runs the first of these backends, and can run all of them. */
const node = (...backends: readonly Fleet[number]['backend'][]): Fleet[number] => ({
  backend: backends[0] ?? 'nftables',
  status: { capabilities: { backends } } as unknown as Status,
});

describe('the backends that a demo shows', () => {
  it.each([
    [
      [node('nftables', 'iptables'), node('nftables', 'ipvs', 'iptables')],
      ['nftables', 'iptables'],
    ],
    [[node('nftables', 'ipvs', 'iptables')], ['nftables', 'iptables', 'ipvs']],
    [
      [node('iptables', 'nftables'), node('iptables', 'nftables')],
      ['iptables', 'nftables'],
    ],
  ])('are those that every node has, first the one that runs', (nodes, backends) => {
    expect(backendsOf(nodes)).toEqual(backends);
  });

  it('have their chapters, and a way from each to the next', () => {
    const titles = (backends: readonly string[]) => story(backends).map(({ title }) => title);
    expect(titles(['nftables', 'iptables', 'ipvs']).filter((title) => title.startsWith('Traffic') || title.startsWith('Another'))).toEqual([
      'Traffic, on nftables',
      'Another backend, live',
      'Traffic, on iptables',
      'Another backend, live',
      'Traffic, on ipvs',
    ]);
    expect(story(['nftables']).map(({ title }) => title)).not.toContain('Another backend, live');
  });
});
