import type { Store } from '@weft/store';
import fc from 'fast-check';
import type { Sending } from '../harness/api.ts';

/** A request that somebody may send. */
export interface Request {
  readonly request: string;
  readonly sending: Sending;
}

/** What is there for a change to be about. */
export interface Objects {
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
  readonly services: Awaited<ReturnType<Store['services']['list']>>['items'];
  readonly pods: Awaited<ReturnType<Store['pods']['list']>>['items'];
  readonly endpoints: Awaited<ReturnType<Store['endpoints']['list']>>['items'];
}

const EVERYTHING = { limit: 1000, cursor: null };

export async function objectsIn(store: Store): Promise<Objects> {
  const [nodes, services, pods, endpoints] = await Promise.all([
    store.nodes.list(EVERYTHING),
    store.services.list(EVERYTHING),
    store.pods.list(EVERYTHING),
    store.endpoints.list(EVERYTHING),
  ]);
  return { nodes: nodes.items, services: services.items, pods: pods.items, endpoints: endpoints.items };
}

/** What chance has to say about a change. */
const Draw = fc.record({ kind: fc.nat(), which: fc.nat(), a: fc.nat(), b: fc.nat(), c: fc.nat() });
export type Draw = typeof Draw extends fc.Arbitrary<infer T> ? T : never;

/** Sequences of one to four changes. */
export const sequences = fc.array(Draw, { minLength: 1, maxLength: 4 });

const one = <T>(of: readonly T[], draw: number): T | undefined => of[draw % of.length];
const anyVersion = { 'If-Match': '*' };
const change = (request: string, body?: unknown): Request => ({
  request,
  sending: { headers: anyVersion, ...(body === undefined ? {} : { body }) },
});

const SELECTORS = [{ app: 'a' }, { app: 'b' }, { app: 'a', side: 'left' }, null];
const PORTS = [
  [{ port: 80, targetPort: 8080 }],
  [{ port: 53, protocol: 'UDP' }],
  [
    { name: 'http', port: 80, targetPort: 'web' },
    { name: 'tls', port: 443 },
  ],
];
const TRAFFIC = [
  { type: 'ClusterIP' },
  { type: 'NodePort' },
  { type: 'LoadBalancer', loadBalancerIPs: [] },
  { sessionAffinity: 'ClientIP' },
  { type: 'NodePort', externalTrafficPolicy: 'Local' },
  { internalTrafficPolicy: 'Local' },
  { sessionAffinity: 'None', type: 'ClusterIP' },
];
const LABELS = [{ app: 'a' }, { app: 'b' }, { app: 'a', side: 'left' }, {}];

const service = ({ a, b, c }: Draw, name: string) => ({ name, selector: one(SELECTORS, a), ports: one(PORTS, b), ...one(TRAFFIC, c) });
const pod = ({ a, b }: Draw, name: string, { nodes }: Objects) => ({
  name,
  node: one(nodes, a)?.name,
  labels: one(LABELS, b),
  ports: [{ name: 'web', containerPort: 8080 }],
});

/** Changes of one kind; null: there is nothing that it could be about. */
type Kind = (objects: Objects, draw: Draw, name: string) => Request | null;

const about =
  <T extends { readonly id: string }>(
    list: (objects: Objects) => readonly T[],
    path: string,
    make: (draw: Draw, path: string, object: T) => Request,
  ): Kind =>
  (objects, draw) => {
    const object = one(list(objects), draw.which);
    return object === undefined ? null : make(draw, `${path}/${object.id}`, object);
  };

const services = (objects: Objects) => objects.services;
const pods = (objects: Objects) => objects.pods;
const endpoints = (objects: Objects) => objects.endpoints.filter(({ pod }) => pod === null);

const KINDS: readonly Kind[] = [
  (_, draw, name) => change('POST /services', service(draw, name)),
  (objects, draw, name) => change('POST /pods', pod(draw, name, objects)),
  (objects, draw, name) => change('POST /pods', pod(draw, name, objects)),
  (objects, draw, name) => ({
    request: 'POST /applies',
    sending: {
      body: {
        documents: [
          { kind: 'service', ...service(draw, name) },
          { kind: 'pod', ...pod(draw, name, objects) },
          { kind: 'service', ...service({ ...draw, a: draw.b, b: draw.a }, one(objects.services, draw.which)?.name ?? `${name}-too`) },
        ],
      },
    },
  }),
  (objects, draw) => {
    const to = one(
      objects.services.filter(({ selector, type }) => selector === null && type !== 'ExternalName'),
      draw.which,
    );
    if (to === undefined) return null;
    const portName = one(to.ports, draw.a)?.name ?? null;
    return change('POST /endpoints', { service: to.name, portName, ip: `198.51.100.${1 + (draw.b % 20)}`, port: 8080 + (draw.c % 2) });
  },
  about(services, '/services', ({ c }, path) => change(`PATCH ${path}`, one(TRAFFIC, c))),
  about(services, '/services', ({ a }, path) => change(`PATCH ${path}`, { selector: one(SELECTORS, a) })),
  about(services, '/services', ({ b }, path) => change(`PATCH ${path}`, { ports: one(PORTS, b) })),
  about(services, '/services', (_, path) => change(`DELETE ${path}`)),
  about(pods, '/pods', ({ a, b }, path) =>
    change(`PATCH ${path}`, { labels: { app: null, side: null, ...one(LABELS, a) }, weight: b % 3 }),
  ),
  about(pods, '/pods', (_, path) => change(`DELETE ${path}`)),
  about(endpoints, '/endpoints', ({ a, b }, path) => change(`PATCH ${path}`, { weight: a % 3, ready: b % 2 === 0 })),
  about(endpoints, '/endpoints', (_, path) => change(`DELETE ${path}`)),
  about(
    ({ nodes }) => nodes,
    '/nodes',
    ({ a, b }, path) =>
      change(
        `PATCH ${path}`,
        one<object>(
          [
            { zone: one(['left', 'right', null], b) },
            { nodePortAddresses: ['all'] },
            { backend: one(['nftables', 'iptables', 'ipvs'], b) },
          ],
          a,
        ),
      ),
  ),
];

/** As many services or pods are there before some go: what a plan of a change of all of them lists is then all that it does. */
const ROOM = 20;

const GOING: readonly { readonly list: (objects: Objects) => readonly { readonly id: string }[]; readonly path: string }[] = [
  { list: services, path: '/services' },
  { list: pods, path: '/pods' },
];

/** The change that chance chose, of what is there; null: of its kind there is none now. Where there is no more room, something goes. */
export function requestOf(objects: Objects, draw: Draw, name: string): Request | null {
  const full = GOING.find(({ list }) => list(objects).length >= ROOM);
  if (full !== undefined) return change(`DELETE ${full.path}/${one(full.list(objects), draw.which)?.id}`);
  return one(KINDS, draw.kind)?.(objects, draw, name) ?? null;
}
