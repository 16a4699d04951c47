import type { InventoryDifference } from '@weft/kernel';
import type { Plan, PlanGroup } from '@weft/model';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from '../harness/api.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { type PlannedHost, plannedHost } from './planned-host.ts';
import { type Objects, objectsIn, type Request, requestOf, sequences } from './random-changes.ts';

/** How many sequences of changes are planned and applied. */
const SEQUENCES = process.env.WEFT_FAULTS === 'long' ? 500 : 25;
const SEED = Number(process.env.WEFT_SEED ?? Date.now() % 1_000_000);

const LIFETIME_SECONDS = 3_600;

let plane: Plane;
let hosts: PlannedHost[];
beforeAll(async () => {
  plane = await startPlane();
  // No executor says that it lives: a node that came to be held for dead would change what nobody planned.
  await plane.api.ok('PATCH /cluster', { body: { notReadyAfterSeconds: LIFETIME_SECONDS }, headers: { 'If-Match': '*' } });
  hosts = [];
  for (const backend of ['nftables', 'iptables', 'ipvs'] as const) hosts.push(await plannedHost(plane.api, plane.store, backend));
  await applyAll();
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.close()));
  await plane.stop();
});

type Told = Pick<InventoryDifference, 'added' | 'removed' | 'replaced' | 'moved'>;

const NOTHING: Told = { added: [], removed: [], replaced: [], moved: [] };

/** What a difference says, in one order. */
function told({ added, removed, replaced, moved }: Told): Record<keyof Told, string[]> {
  const texts = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
  return { added: texts(added), removed: texts(removed), replaced: texts(replaced), moved: texts(moved) };
}

function join(groups: readonly PlanGroup[]): Told {
  return {
    added: groups.flatMap((group) => group.added),
    removed: groups.flatMap((group) => group.removed),
    replaced: groups.flatMap((group) => group.replaced),
    moved: groups.flatMap((group) => group.moved),
  };
}

const plannedFor = ({ nodes }: Plan, host: PlannedHost) => join(nodes.find((one) => one.nodes.includes(host.name))?.groups ?? []);

async function applyAll(): Promise<Map<PlannedHost, Told>> {
  return new Map(await Promise.all(hosts.map(async (host) => [host, await host.apply()] as const)));
}

/** How often an address may get free between a plan and its application before something else must be wrong. */
const ATTEMPTS = 3;

async function planned({ request, sending }: Request): Promise<Answer & { readonly applied: boolean }> {
  for (let left = ATTEMPTS; ; left--) {
    const answer = await plane.api.send(`${request}?dryRun=plan`, sending);
    if (answer.status !== 200) return { ...answer, applied: false };
    const { status, body } = await plane.api.send(`${request}?planToken=${answer.body.planToken}`, sending);
    if (status < 300) return { ...answer, applied: true };
    if (body.code !== 'PlanOutdated' || left === 0) throw new Error(`${request}: ${status} ${JSON.stringify(body)}`);
  }
}

/** Plans a request, applies the plan, and holds what every kernel came to have against what the plan said. True when it could be done. */
async function planAndApply(asked: Request): Promise<boolean> {
  const { request, sending } = asked;
  const { applied, body } = await planned(asked);
  if (!applied) {
    expect((await plane.api.send(request, sending)).body.code).toBe(body.code);
    return false;
  }
  const plan: Plan = body;
  expect(plan.nodes.flatMap(({ groups }) => groups.filter(({ notListed }) => notListed > 0))).toEqual([]);
  for (const [host, came] of await applyAll())
    expect(told(came), `${request} ${JSON.stringify(sending.body)} on ${host.name}`).toEqual(told(plannedFor(plan, host)));
  return true;
}

/** Pods become ready, and cease to be: nobody plans that. */
async function letPodsBeReady({ pods }: Objects, draw: number): Promise<void> {
  for (const host of hosts) {
    const own = pods.filter(({ node }) => node === host.name);
    if (own.length > 0) await host.report(own.map(({ id }, at) => ({ id, ready: (draw + at) % 4 !== 0 })));
  }
  await applyAll();
}

it(
  `what ${SEQUENCES} random sequences of changes were planned to do is what they do to every kernel (seed ${SEED})`,
  async () => {
    let [done, refused] = [0, 0];
    for (const [at, sequence] of fc.sample(sequences, { numRuns: SEQUENCES, seed: SEED }).entries()) {
      for (const [step, draw] of sequence.entries()) {
        const request = requestOf(await objectsIn(plane.store), draw, `r-${at}-${step}`);
        if (request === null) continue;
        if (await planAndApply(request)) done += 1;
        else refused += 1;
      }
      await letPodsBeReady(await objectsIn(plane.store), at);
    }
    console.info(`${done} changes planned and applied on ${hosts.length} backends, ${refused} refused alike`);
    expect(done).toBeGreaterThan(SEQUENCES);
    expect((await applyAll()).values().every((one) => JSON.stringify(told(one)) === JSON.stringify(told(NOTHING)))).toBe(true);
  },
  LIFETIME_SECONDS * 1_000,
);
