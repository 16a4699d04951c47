import { compareInventories } from '@weft/kernel';
import type { Applied, KernelObject, NodeDataplane, Plan } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Node } from '../../src/api/fleet-api.ts';
import { LocalFleet } from '../fleet/local-fleet.ts';

const PATIENCE_MS = 600_000;

let fleet: LocalFleet;
let nodes: readonly Node[];

/** Two nodes with nftables and one with iptables, and on each a ready pod of both apps. */
beforeAll(async () => {
  fleet = await LocalFleet.place();
  await fleet.up(3);
  nodes = await (await fleet.api()).nodes();
  await fleet.call('PATCH', `/nodes/${idOf('node-2')}`, { backend: 'iptables' });
  for (const { name } of nodes) for (const app of ['a', 'b']) await fleet.createPod(`${app}-${name}`, name, app);
  const ready = async () => (await (await fleet.api()).pods()).every(({ status }) => status.ready);
  await eventually('all pods ready', async () => ((await ready()) ? true : null), { withinMs: 60_000, everyMs: 200 });
  await fleet.converged(60_000);
}, PATIENCE_MS);
afterAll(async () => {
  await fleet.weft('down', '--purge');
});

const idOf = (name: string) => nodes.find((node) => node.name === name)?.id;

/** What is ours in the kernel of a node, as the node sees it there. */
async function live({ id }: Node): Promise<KernelObject[]> {
  const objects: KernelObject[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: NodeDataplane = await fleet.call(
      'GET',
      `/nodes/${id}/dataplane?foreign=false&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    const there = page.items.filter(({ standing }) => standing === 'ours' || standing === 'altered');
    objects.push(...there.map(({ kind, place, key, text }) => ({ kind, place, key, text })));
    cursor = page.nextCursor;
  }
  return objects;
}

const everywhere = () => Promise.all(nodes.map(live));

const PARTS = ['added', 'removed', 'replaced', 'moved'] as const;
type Told = Record<(typeof PARTS)[number], readonly unknown[]>;

const told = (groups: readonly Told[]) =>
  Object.fromEntries(PARTS.map((part) => [part, groups.flatMap((group) => group[part].map((item) => JSON.stringify(item))).sort()]));

/** Plans a request and applies the plan; every kernel comes to have what the plan lists, and nothing else happens to it. */
async function asPlanned<T>(method: string, path: string, body?: Readonly<Record<string, unknown>>): Promise<T> {
  const before = await everywhere();
  const plan: Plan = await fleet.call(method, `${path}?dryRun=plan`, body);
  expect(plan.nodes.length, `${method} ${path}`).toBeGreaterThan(0);
  const answer = await fleet.call<T>(method, `${path}?planToken=${plan.planToken}`, body);
  await fleet.converged(60_000);
  const after = await everywhere();
  for (const [at, { name }] of nodes.entries()) {
    const came = compareInventories(before[at] ?? [], after[at] ?? []);
    const planned = plan.nodes.find((one) => one.nodes.includes(name))?.groups ?? [];
    expect(told([came]), `${method} ${path} on ${name}`).toEqual(told(planned));
  }
  return answer;
}

it('what changes were planned to do is what they do to real kernels', { timeout: PATIENCE_MS }, async () => {
  const port = { port: 80, targetPort: 8080 };
  const web = { kind: 'service', name: 'web', type: 'NodePort', selector: { app: 'a' }, ports: [port] };
  const { documents } = await asPlanned<Applied>('POST', '/applies', { documents: [web] });
  const id = documents[0]?.id;
  await asPlanned('PATCH', `/services/${id}`, { sessionAffinity: 'ClientIP' });
  await asPlanned('PATCH', `/services/${id}`, { selector: { app: 'b' } });
  await asPlanned('POST', '/applies', {
    documents: [
      {
        kind: 'service',
        name: 'api',
        selector: { app: 'a' },
        ports: [port, { name: 'dns', port: 53, protocol: 'UDP' }].map((one, at) => ({ name: `p-${at}`, ...one })),
      },
      { ...web, externalTrafficPolicy: 'Local' },
      { kind: 'pod', name: 'alone', node: 'node-1', runtime: { type: 'echo' }, ports: [{ containerPort: 8080 }] },
    ],
  });
  await asPlanned('PATCH', `/nodes/${idOf('node-3')}`, { backend: 'iptables' });
  const [pod] = await (await fleet.api()).pods({ name: 'a-node-1' });
  await asPlanned('DELETE', `/pods/${pod?.id}`);
  await asPlanned('DELETE', `/services/${id}`);
});
