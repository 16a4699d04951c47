import type { Receipt } from '@weft/model';
import { eventually } from '@weft/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Node, Service } from '../../src/api/fleet-api.ts';
import { LocalFleet } from '../fleet/local-fleet.ts';

/** Changes that are made, and revisions at least that nodes have written receipts of by then: some changes change nothing in kernels. */
const [CHANGES, REVISIONS] = process.env.WEFT_FAULTS === 'long' ? [400, 200] : [24, 6];
const PATIENCE_MS = 900_000;

let fleet: LocalFleet;
let nodes: readonly Node[];

beforeAll(async () => {
  fleet = await LocalFleet.place();
  await fleet.up(2);
  nodes = await (await fleet.api()).nodes();
  await fleet.call('PATCH', `/nodes/${nodes[1]?.id}`, { backend: 'iptables' });
}, PATIENCE_MS);
afterAll(async () => {
  await fleet.weft('down', '--purge');
});

const services = async () => (await fleet.api()).services();
const pick = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(all.length, 1)];
const change = (service: Service | undefined, method: string, body?: object) =>
  service === undefined ? undefined : fleet.call(method, `/services/${service.id}`, body === undefined ? undefined : { ...body });

/** Things that mostly change what stands in kernels. */
const HAPPEN: Readonly<Record<string, (step: number, n: number) => Promise<unknown>>> = {
  pod: (step, n) => fleet.createPod(`pod-${step}`, nodes[n % 2]?.name ?? '', `app-${n % 3}`),
  service: (step, n) =>
    fleet.call('POST', '/services', {
      name: `svc-${step}`,
      type: 'NodePort',
      selector: { app: `app-${n % 3}` },
      ports: [{ port: 80, targetPort: 8080 }],
    }),
  port: async (_step, n) => change(pick(await services(), n), 'PATCH', { ports: [{ port: 81 + (n % 9), targetPort: 8080 }] }),
  affinity: async (_step, n) => change(pick(await services(), n), 'PATCH', { sessionAffinity: n % 2 === 0 ? 'ClientIP' : 'None' }),
  gone: async (_step, n) => change(pick(await services(), n), 'DELETE'),
};

const newestOf = async (node: string) => (await fleet.call<{ items: Receipt[] }>('GET', `/receipts?limit=1&node=${node}`)).items[0];

async function receipts(): Promise<Receipt[]> {
  const all: Receipt[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: Receipt[]; nextCursor: string | null } = await fleet.call(
      'GET',
      `/receipts?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

it(
  'the rules of any revision, rebuilt, have the sum that the receipts of the time recorded',
  async () => {
    for (const [step, [event, n]] of fc.sample(fc.tuple(fc.constantFrom(...Object.keys(HAPPEN)), fc.nat(1_000)), CHANGES).entries())
      await HAPPEN[event]?.(step, n);
    // Pods at the end that no service selects change no kernel but their own node's, and none once they are ready.
    const last = await fleet.createService('last', 'app-0');
    const isKept = async (node: string) => ((await newestOf(node))?.toRevision ?? 0) >= last.revision;
    await eventually('receipts of the last change', async () => (await Promise.all(nodes.map(({ name }) => isKept(name)))).every(Boolean));
    const ids = new Map(nodes.map(({ name, id }) => [name, id]));
    const known = (await receipts()).filter(({ rulesHash, leftOut }) => rulesHash !== null && leftOut.length === 0);
    const told: (string | null)[][] = [];
    for (const { node, toRevision, rulesHash } of known) {
      const rebuilt = await fleet.call<{ rulesHash: string }>('GET', `/nodes/${ids.get(node)}/rules?revision=${toRevision}&limit=1`);
      told.push([`${node} at ${toRevision}`, rebuilt.rulesHash, rulesHash]);
    }
    expect(told.filter(([, rebuilt, recorded]) => rebuilt !== recorded)).toEqual([]);
    expect(new Set(known.map(({ toRevision }) => toRevision)).size).toBeGreaterThanOrEqual(REVISIONS);
    // What was read back from the kernels is the same again.
    expect(known.filter(({ readBack, rulesHash }) => readBack !== null && readBack.rulesHash !== rulesHash)).toEqual([]);
  },
  PATIENCE_MS,
);
