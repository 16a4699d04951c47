import { FakeConntrack } from '@weft/host';
import type { ConntrackEntry } from '@weft/kernel';
import type { DesiredService } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { desired, plan, service, tcp, udp } from '@weft/testing/desired';
import { beforeEach, expect, it } from 'vitest';
import { StaleFlows } from '../../src/conntrack/stale-flows.ts';

const [one, two] = [plan.pod(1, 1), plan.pod(2, 1)];

/** A flow to port 53 of service 1 that an endpoint answers. */
const flowTo = (endpoint: string, source = '192.0.2.77'): ConntrackEntry => ({
  original: { source, destination: plan.service(1), sourcePort: 4000, destinationPort: 53 },
  reply: { source: endpoint, destination: source, sourcePort: 8080, destinationPort: 4000 },
});

// One list of nodes for all states, as deltas keep it.
const { nodes } = desired({});
const state = (...services: readonly DesiredService[]) => ({ nodeId: 'node_1', desired: desired({ services, nodes }), delta: null });
const dns = (...endpoints: readonly string[]) => service(1, [udp(53, endpoints)]);

let conntrack: FakeConntrack;
let flows: StaleFlows;
beforeEach(() => {
  conntrack = new FakeConntrack([plan.host(1)]);
  flows = new StaleFlows(conntrack, createLogger('test', 'silent'));
});

async function apply(...services: readonly DesiredService[]): Promise<void> {
  flows.applied(state(...services));
  await flows.settled();
}

it('forgets flows to an endpoint that was replaced, and counts them', async () => {
  await apply(dns(one));
  conntrack.entries = [flowTo(one), flowTo(two)];
  await apply(dns(two));
  expect(conntrack.entries).toEqual([flowTo(two)]);
  expect(flows.deleted).toBe(1);
});

it('looks at start whatever is wanted', async () => {
  conntrack.entries = [flowTo(one)];
  await apply();
  expect(conntrack.entries).toEqual([]);
});

it('does not look when no UDP frontend changed', async () => {
  await apply(dns(one));
  conntrack.failure = new Error('looked');
  conntrack.entries = [flowTo(two)];
  await apply(dns(one));
  await apply(dns(one), service(2, [tcp(80, [one])]));
  conntrack.failure = null;
  await apply(dns(one), service(2, [tcp(80, [two])]));
  expect(conntrack.entries).toHaveLength(1);
});

it('looks again when others may have changed the rules', async () => {
  await apply(dns(one));
  conntrack.entries = [flowTo(plan.service(1)), flowTo(two)];
  flows.distrust();
  await apply(dns(one));
  expect(conntrack.entries).toEqual([flowTo(plan.service(1))]);
});

it('looks again after a look that failed, and knows what went in between', async () => {
  const outside = '203.0.113.50';
  await apply(dns(outside));
  conntrack.entries = [flowTo(outside), flowTo(outside, '192.0.2.78')];
  conntrack.failure = new Error('busy');
  await apply(dns(one));
  await apply(dns(two));
  expect(conntrack.entries).toHaveLength(2);
  conntrack.failure = null;
  await apply(dns(two));
  expect(conntrack.entries).toEqual([]);
  expect(flows.deleted).toBe(2);
});

it('looks again at the very same state after a look that failed', async () => {
  await apply(dns(two));
  const same = state(dns(one));
  conntrack.entries = [flowTo(two)];
  conntrack.failure = new Error('busy');
  flows.applied(same);
  await flows.settled();
  conntrack.failure = null;
  flows.applied(same);
  await flows.settled();
  expect(conntrack.entries).toEqual([]);
});

it('knows of a state from before the start what it led to', async () => {
  flows.remember(state(dns('203.0.113.50')));
  conntrack.entries = [flowTo('203.0.113.50'), flowTo('203.0.113.51')];
  await apply(dns(one));
  expect(conntrack.entries).toEqual([flowTo('203.0.113.51')]);
});

it('takes the newest of the states that came during a look', async () => {
  conntrack.entries = [flowTo(one)];
  flows.applied(state(dns(two)));
  flows.applied(state(dns(one)));
  await flows.settled();
  expect(conntrack.entries).toEqual([flowTo(one)]);
});
