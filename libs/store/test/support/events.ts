import type { Store } from '@weft/store';
import { endpoint, FACTS, node, openSession, pod, podReport, port, request, service, type TestNode } from './cluster.ts';
import { EVERYTHING } from './pull.ts';

/** Things that happen to a cluster, each with a number to choose its object by. */
export const EVENTS = [
  'pod',
  'pod-gone',
  'pod-turns',
  'pod-labels',
  'pod-leaves',
  'service',
  'service-gone',
  'service-changes',
  'service-moves',
  'endpoint',
  'node',
  'node-moves',
  'nothing',
] as const;

/** A cluster that things happen to. */
export interface World {
  readonly store: Store;
  node: TestNode;
  readonly other: TestNode;
  step: number;
}

const pick = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(all.length, 1)];

/** How each of them comes about. */
export const HAPPEN: Record<(typeof EVENTS)[number], (world: World, n: number) => Promise<unknown>> = {
  nothing: async () => undefined,
  pod: ({ store, step }, n) =>
    store.pods.create(request(), pod(`pod-${step}`, { node: n % 2 ? 'node-1' : 'node-2', labels: { app: `a${n % 3}` } })),
  'pod-gone': async ({ store }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await store.pods.delete(request(), one.id, 'any');
  },
  'pod-leaves': async ({ store }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await store.pods.delete(request(), one.id, 'any', 600);
  },
  'pod-turns': async ({ store, node, other }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await (one.node === node.name ? node : other).report({ pods: [podReport(one.id, !one.status.ready)] });
  },
  'pod-labels': async ({ store }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await store.pods.update(request(), one.id, 'any', { labels: { app: `a${(n + 1) % 3}` } });
  },
  service: ({ store, step }, n) =>
    store.services.create(
      request(),
      service(`svc-${step}`, n % 4 === 0 ? {} : { selector: { app: `a${n % 3}` }, ...(n % 5 === 0 ? { clusterIP: 'None' } : {}) }),
    ),
  'service-gone': async ({ store }, n) => {
    const one = pick((await store.services.list(EVERYTHING)).items, n);
    if (one) await store.services.delete(request(), one.id, 'any');
  },
  'service-changes': async ({ store }, n) => {
    const one = pick((await store.services.list(EVERYTHING)).items, n);
    if (one) await store.services.update(request(), one.id, 'any', n % 2 ? { ports: [port(80 + (n % 7))] } : { labels: { n: String(n) } });
  },
  'service-moves': async ({ store }, n) => {
    const one = pick((await store.services.list(EVERYTHING)).items, n);
    if (one?.clusterIP === 'None') return;
    const elsewhere = { type: 'ExternalName', externalName: 'a.example.com' } as const;
    if (one) await store.services.update(request(), one.id, 'any', one.type === 'ExternalName' ? { type: 'ClusterIP' } : elsewhere);
  },
  endpoint: async ({ store, step }, n) => {
    const byHand = (await store.services.list(EVERYTHING)).items.filter((one) => one.selector === null);
    const one = pick(byHand, n);
    if (one)
      await store.endpoints.create(
        request(),
        endpoint(one.name, `203.0.113.${step % 250}`, { port: 80, ready: n % 2 === 0, weight: n % 3, terminating: n % 5 === 0 }),
      );
  },
  node: ({ store, step }) => store.nodes.create(request(), node(`extra-${step}`)),
  'node-moves': async (world, n) => {
    const { store, node } = world;
    await store.nodes.update(request(), node.id, 'any', { backend: n % 2 ? 'iptables' : 'nftables' });
    if (n % 3 === 0) world.node = await openSession(store, node.id, { ...FACTS, mtu: 1400 + (n % 50) });
  },
};
