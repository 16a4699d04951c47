import type { Backend, DesiredState } from '@weft/model';
import { describe, expect, test } from 'vitest';
import { type Packet } from '../../src/packets/index.ts';
import { type Trace } from '../packets/trace.ts';
import { CASES } from './cases.ts';
import { expected } from './expected.ts';
import { IPTABLES_CASES } from './iptables/cases.ts';
import { IPVS_CASES } from './ipvs/cases.ts';
import { NFT_CASES } from './nftables/cases.ts';
import { backends, NODE_1, tracerOf } from './traced.ts';
import { merged, questions } from './traffic-questions.ts';

const OWN_CASES: Readonly<Record<Backend, Readonly<Record<string, DesiredState>>>> = {
  nftables: NFT_CASES,
  iptables: IPTABLES_CASES,
  ipvs: IPVS_CASES,
};

/** Digits of shares: a table of mh has some thousand places. */
const DIGITS = 2;

/** What every golden file means: each packet that can be asked about ends where it must. */
describe.each(backends)('%s', (backend) => {
  test.each(Object.entries({ ...CASES, ...OWN_CASES[backend] }))('%s', (_, state) => {
    const [node] = state.nodes;
    if (node === undefined) throw new Error('no node');
    const must = expected(state, { ...node, backend }, NODE_1);
    const does = tracerOf(backend, state);
    const told = (answer: (packet: Packet) => Trace) => questions(state).map((packet) => ({ packet, ...merged(answer(packet), DIGITS) }));
    expect(told(does)).toEqual(told(must));
  });
});
