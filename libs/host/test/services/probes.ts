import type { Asker } from '../test-fleet.ts';
import type { Expectation, Probe } from './case.ts';

/** Everybody who asks in the suite. Pods 1 and 2 are on node 1, pod 3 on node 2, pod 4 on node 3. */
export const [pod1, pod2, pod3, pod4] = [{ pod: 1 }, { pod: 2 }, { pod: 3 }, { pod: 4 }] as const;
export const [node1, node2, node3] = [{ node: 1 }, { node: 2 }, { node: 3 }] as const;

/** Who the answers are from, in the words of the echo servers. */
export const name = (pod: number) => `default/pod-${pod}`;

/** Where the servers of pods listen that send a segment out of place before each answer. */
export const STRAY_PORT = 8082;

/** A bit of packet marks that nobody would choose by chance. */
export const MARK = 0x10_0000;

/** `who` asks `to`. */
export const probe = (who: Asker, to: string, expect: Expectation, times?: number): Probe => ({
  who,
  to,
  expect,
  ...(times === undefined ? {} : { times }),
});

/** The same question by several parties. */
export const all = (parties: readonly Asker[], to: string, expect: Expectation): Probe[] => parties.map((who) => probe(who, to, expect));
