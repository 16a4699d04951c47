import type { Reachability, Trace } from '@weft/model';
import { eventually, type Lab } from '@weft/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../../src/api/fleet-api.ts';
import { eachOf } from '../fleet/each-of.ts';
import { LocalFleet } from '../fleet/local-fleet.ts';
import { type Attempt, attempt, isForeseen } from './attempt.ts';
import { FAULTS_PLANTED } from './faults.ts';
import { traced } from './traced.ts';
import { type Connection, connections, populate } from './world.ts';

/** Pairs of a source and a destination that are tried for each fault: 300 and more altogether in the long form. */
const PAIRS = process.env.WEFT_FAULTS === 'long' ? 31 : 4;
/** A service leads connections to its endpoints by chance. */
const ATTEMPTS = 3;
/** Pairs that are tried at a time: most of each is waiting. */
const AT_ONCE = 4;
const PATIENCE_MS = 600_000;

let fleet: LocalFleet;
let lab: Lab;
let pods: readonly Pod[];
let services: readonly Service[];

beforeAll(async () => {
  fleet = await LocalFleet.place();
  await fleet.up(3);
  lab = await fleet.lab();
  for (const { id, name } of await (await fleet.api()).nodes())
    await fleet.call<Node>('PATCH', `/nodes/${id}`, { backend: name === 'node-2' ? 'iptables' : 'nftables' });
  ({ pods, services } = await populate(fleet));
  await fleet.converged();
});
afterAll(async () => {
  await fleet.weft('down', '--purge');
});

const told = (one: Connection, against: Reachability['against']) =>
  fleet.call<Reachability>('POST', '/reachability', { ...one.question, against });

/** Connections chosen by chance; the same for the same seed. */
const some = (seed: number): Connection[] =>
  fc.sample(fc.shuffledSubarray(connections(lab, pods, services), { minLength: PAIRS, maxLength: PAIRS }), { seed, numRuns: 1 })[0] ?? [];

/** That nobody answered for the next hop is not seen of a packet that left for it: it is as lost as one that is dropped. */
const fate = (verdict: Trace['status']['verdict']) => (verdict === 'unroutable' ? 'dropped' : verdict);

/** What is computed, what comes of real connections and of a packet that is followed through the kernels, where these differ. */
async function disagreement(one: Connection, against: Reachability['against']): Promise<object | null> {
  const computed = await told(one, against);
  const times = computed.paths.length > 1 ? ATTEMPTS : 1;
  const made: Attempt[] = [];
  for (let time = 0; time < times; time += 1) made.push(await attempt(lab, one.from, one.url));
  const seen = against === 'live' ? await traced(fleet, one) : null;
  const asComputed = made.every((each) => isForeseen(computed, each));
  if (asComputed && (seen === null || computed.paths.some(({ verdict }) => fate(verdict) === fate(seen.verdict)))) return null;
  const paths = computed.paths.map(({ verdict, why, source, destination }) => ({ verdict, why, source, to: destination.pod }));
  return { ...one.question, url: one.url, made, paths, trace: seen && { verdict: seen.verdict, why: seen.why, notes: seen.notes } };
}

/** The disagreements that stand when asked again: a pod may become ready between computing and connecting. */
async function disagreements(chosen: readonly Connection[], against: Reachability['against']): Promise<object[]> {
  return eachOf(chosen, AT_ONCE, async (one) => {
    if ((await disagreement(one, against)) === null) return [];
    const again = await disagreement(one, against);
    return again === null ? [] : [again];
  });
}

it('without faults what is desired, what is live, packets that are followed and real connections agree', {
  timeout: PATIENCE_MS,
}, async () => {
  const chosen = some(1);
  expect(await disagreements(chosen, 'desired')).toEqual([]);
  expect(await disagreements(chosen, 'live')).toEqual([]);
});

it.each(Object.entries(FAULTS_PLANTED))(
  '%s: what is live, a packet that is followed and real connections agree',
  { timeout: PATIENCE_MS },
  async (_, fault) => {
    const node = (await (await fleet.api()).nodes()).find(({ name }) => name === fault.node);
    const handle = (driftPolicy: 'observe' | 'repair') => fleet.call<Node>('PATCH', `/nodes/${node?.id}`, { driftPolicy });
    const mended = async () => (await fleet.converged()).every(({ status }) => status.conditions.every(({ type }) => type !== 'Drifted'));
    await handle('observe');
    await fault.plant({ lab, pods, services });
    try {
      expect(await disagreements(some(2), 'live')).toEqual([]);
    } finally {
      await fault.mend?.({ lab, pods, services });
      await handle('repair');
      await eventually('the node as it should be', async () => ((await mended()) ? true : null), { withinMs: 120_000, everyMs: 500 });
    }
  },
);
