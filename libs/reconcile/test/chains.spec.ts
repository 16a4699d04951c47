import type { Step, Workload } from '@weft/kernel';
import { describe, expect, it } from 'vitest';
import { groups } from '../src/chains.ts';

const inPod = (netns: string | null): Step => ({ tool: 'ip', netns, ops: [] });
const workload = (netns: string): Workload => ({ netns, kind: 'echo', identity: netns, tcpPorts: [], udpPorts: [] });
const start = (netns: string): Step => ({ tool: 'workload-start', workload: workload(netns) });
const stop = (netns: string): Step => ({ tool: 'workload-stop', workload: workload(netns) });
const sizes = (steps: readonly Step[], size = 8) => groups(steps, size).map((group) => group.length);

describe('groups of steps', () => {
  it('hold steps of different pods that stand next to each other', () => {
    expect(sizes([inPod('a'), inPod('b'), start('c')])).toEqual([3]);
  });

  it('never hold two steps of one pod', () => {
    expect(sizes([inPod('a'), inPod('b'), stop('a'), start('a')])).toEqual([2, 1, 1]);
  });

  it('end at whatever everything may need', () => {
    expect(sizes([inPod(null), inPod('a'), inPod(null), inPod('b')])).toEqual([1, 1, 1, 1]);
    expect(sizes([{ tool: 'netns-add', names: ['a'] }, inPod('a'), { tool: 'bridge', ops: [] }, start('a')])).toEqual([1, 1, 1, 1]);
  });

  it('are no larger than they may be, and keep every step in its order', () => {
    const steps = ['a', 'b', 'c', 'd', 'e'].map(inPod);
    expect(sizes(steps, 2)).toEqual([2, 2, 1]);
    expect(groups(steps, 2).flat()).toEqual(steps);
  });
});
