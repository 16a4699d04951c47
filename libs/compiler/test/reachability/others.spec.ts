import type { KernelObject } from '@weft/model';
import { plan } from '@weft/testing/desired';
import { expect, test } from 'vitest';
import { compile, crossings } from '../../src/index.ts';
import { fromPod, PlannedFleet, podOn } from './fleet.ts';

const fleet = new PlannedFleet({ pods: { 1: [podOn(1, 1), podOn(1, 2)] } });
const state = fleet.state(1);
const [node] = state.nodes;
if (node === undefined) throw new Error('the plan has nodes');
const config = compile(state, node.id);

const nft = (hook: string, policy: 'accept' | 'drop', ...rules: string[]): KernelObject[] => {
  const place = 'table ip others';
  return [
    { kind: 'nft-chain', place, key: 'c', text: `chain c { type filter hook ${hook} priority 0; policy ${policy}; }` },
    ...rules.map((text): KernelObject => ({ kind: 'nft-rule', place: `${place} chain c`, key: text, text })),
  ];
};
const iptables = (chain: string, policy: 'ACCEPT' | 'DROP', ...rules: string[]): KernelObject[] => [
  { kind: 'iptables-chain', place: 'table filter', key: chain, text: `-P ${chain} ${policy}` },
  ...rules.map((text): KernelObject => ({ kind: 'iptables-rule', place: `table filter chain ${chain}`, key: text, text })),
];

/** What becomes of a connection between two pods of a node beside rules of others: the end, and how many of these are not understood. */
function end(others: readonly KernelObject[], answer = false): string {
  const { origin, packet } = fromPod(1, 1, plan.pod(1, 2), 8080);
  const [crossing] = crossings(node as NonNullable<typeof node>, config, others)({ origin, packet, answer });
  if (crossing === undefined) throw new Error('it goes somewhere');
  return `${crossing.end.kind} ${crossing.doubts.length}`;
}

const TO = plan.pod(1, 2);

test.each([
  ['drops by address', nft('forward', 'accept', `ip daddr ${TO} drop`), 'dropped 0'],
  [
    'drops by range and port',
    nft('forward', 'accept', `ip saddr 100.64.1.0/24 tcp dport 8080 counter packets 0 bytes 0 drop`),
    'dropped 0',
  ],
  ['refuses', nft('forward', 'accept', `ip daddr ${TO} reject with icmp type port-unreachable`), 'refused 0'],
  ['another port', nft('forward', 'accept', `ip daddr ${TO} tcp dport 9 drop`), 'pod 0'],
  ['another address', nft('forward', 'accept', `ip daddr != ${TO} drop`), 'pod 0'],
  ['another hook', nft('input', 'accept', `ip daddr ${TO} drop`), 'pod 0'],
  ['before routing', nft('prerouting', 'accept', `ip daddr ${TO} drop`), 'dropped 0'],
  ['let pass before', nft('forward', 'accept', `ip daddr ${TO} accept comment "ours"`, 'drop'), 'pod 0'],
  ['a policy', nft('forward', 'drop', 'ip daddr 192.0.2.1 accept'), 'dropped 0'],
  ['a policy behind what is not understood', nft('forward', 'drop', 'jump elsewhere'), 'pod 2'],
  ['not understood', nft('forward', 'accept', 'iifname "eth7" drop'), 'pod 1'],
  ['not understood, and ends nothing', nft('forward', 'accept', 'meta mark set 0x1'), 'pod 0'],
  ['iptables drops', iptables('FORWARD', 'ACCEPT', `-d ${TO}/32 -p tcp -m tcp --dport 8080 -j DROP`), 'dropped 0'],
  ['iptables refuses', iptables('FORWARD', 'ACCEPT', `! -s 192.0.2.1/32 -j REJECT --reject-with icmp-port-unreachable`), 'refused 0'],
  [
    'iptables lets pass',
    iptables('FORWARD', 'DROP', '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', `-d ${TO}/32 -j ACCEPT`),
    'pod 0',
  ],
  ['iptables by its policy', iptables('FORWARD', 'DROP', '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'), 'dropped 0'],
  ['iptables jumps', iptables('FORWARD', 'ACCEPT', '-j DOCKER-USER'), 'pod 1'],
])('%s', (_, others, expected) => {
  expect(end(others)).toBe(expected);
});

test('an answer is of a connection that is known, to a port that is not', () => {
  expect(end(iptables('FORWARD', 'DROP', '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'), true)).toBe('pod 0');
  expect(end(nft('forward', 'accept', 'tcp dport 8080 drop'), true)).toBe('pod 0');
  expect(end(nft('forward', 'accept', `ip daddr ${TO} drop`), true)).toBe('dropped 0');
});
