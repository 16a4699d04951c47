import { expect, it } from 'vitest';
import type { SeenOn } from '../../src/traces/correlate.ts';
import { verdictOf } from '../../src/traces/verdict.ts';
import { began, left, PACKET, policy, rule, sighting } from './sightings.ts';

const on = (...args: Parameters<typeof sighting>): SeenOn[] => [{ node: 'node-1', sighting: sighting(...args) }];
const sent = (outcome: 'answered' | 'refused' | 'unreachable' | 'silent' | 'failed', code: string | null = null) => ({ outcome, code });

const DROPPED = on([began(PACKET), rule('inet firewall', 'guard', 'tcp dport 80 drop', 'drop')]);
const REFUSED = on([began(PACKET), rule('ip weft', 'refusal', 'ip daddr 198.19.0.1 reject', 'drop')]);
const KEPT = on([began(PACKET)]);
const UNROUTED = on([began(PACKET)], { route: { found: false, text: 'Network is unreachable' } });
const SILENT_LINK = on([began(PACKET), left(PACKET)], { neighbour: { mac: null, state: 'FAILED', text: '100.64.2.2 dev weft0 FAILED' } });
const ARRIVED = on([began(PACKET), left(PACKET)]);
const LEFT = on([began(PACKET), left(PACKET)], { route: { found: true, type: 'unicast', device: 'eth0', gateway: '192.0.2.1', text: '' } });
const ANSWERED = on([began(PACKET), left(PACKET)], { connection: 'tcp 6 9 ESTABLISHED src=100.64.1.2' });

it.each([
  ['an answer came', sent('answered'), ARRIVED, 'reachable', null],
  ['nothing listens', sent('refused'), ARRIVED, 'refused', 'nothing listens there'],
  [
    'a rule refuses it',
    sent('refused'),
    REFUSED,
    'refused',
    'refused on node-1 by chain refusal of table ip weft: ip daddr 198.19.0.1 reject',
  ],
  ['a rule refuses it as unreachable', sent('unreachable', 'EHOSTUNREACH'), REFUSED, 'refused', /^refused on node-1/],
  ['a rule drops it', sent('silent'), DROPPED, 'dropped', 'dropped on node-1 by chain guard of table inet firewall: tcp dport 80 drop'],
  ['a policy drops it', sent('silent'), on([began(PACKET), policy('ip filter', 'FORWARD', 'drop')]), 'dropped', /its policy$/],
  ['something untold keeps it', sent('silent'), KEPT, 'dropped', /^on node-1 kept by nothing/],
  [
    'there is no route',
    sent('unreachable', 'ENETUNREACH'),
    UNROUTED,
    'unroutable',
    'node-1 has no route to 198.19.0.1: Network is unreachable',
  ],
  ['nobody is on the link', sent('unreachable', 'EHOSTUNREACH'), SILENT_LINK, 'unroutable', /^node-1 hears nothing/],
  ['it gets lost behind a node', sent('silent'), LEFT, 'dropped', 'it left node-1 and was seen nowhere after it'],
  ['its answer gets lost', sent('silent'), ANSWERED, 'dropped', 'it was answered on node-1, and the answer did not come back'],
  ['no answer comes', sent('silent'), ARRIVED, 'dropped', 'it was delivered on node-1, and no answer came back'],
  ['it never left its sender', sent('silent'), [], 'dropped', /did not leave its sender/],
  ['it may not be sent', sent('unreachable', 'EPERM'), [], 'dropped', /does not let it be sent/],
  ['the sender has no route', sent('unreachable', 'ENETUNREACH'), [], 'unroutable', 'it could not be sent on: ENETUNREACH'],
  ['it could not be tried', sent('failed', 'no such namespace'), [], 'unknown', /no such namespace/],
  ['by itself, and answered', null, ANSWERED, 'reachable', null],
  ['by itself, and dropped', null, DROPPED, 'dropped', /^dropped on node-1/],
  ['by itself, never', null, [], 'unknown', 'no such packet came'],
] as const)('%s', (_name, outcome, way, verdict, why) => {
  const found = verdictOf(outcome, way, true);
  expect(found.verdict).toBe(verdict);
  if (why instanceof RegExp) expect(found.why).toMatch(why);
  else expect(found.why).toBe(why);
});

it('takes a datagram that was delivered for one that arrived: nobody has to answer', () => {
  expect(verdictOf(sent('silent'), ARRIVED, false)).toEqual({ verdict: 'reachable', why: null });
});
