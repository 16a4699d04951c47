import { randomUUID } from 'node:crypto';
import type { Answer, Api } from '../harness/api.ts';

/** What happens to a fleet: requests of several people, each under an id of its own. */
export interface Town {
  readonly api: Api;
  /** Tokens of those who ask. */
  readonly people: readonly string[];
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
  step: number;
}

type Happening = (town: Town, n: number) => Promise<unknown>;

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(from.length, 1)];

async function send(town: Town, request: string, body: unknown): Promise<Answer> {
  town.step += 1;
  const headers = { 'X-Request-Id': `step-${town.step}-${randomUUID()}`, 'If-Match': '*' };
  return town.api.send(request, { token: pick(town.people, town.step) ?? null, headers, ...(body !== undefined && { body }) });
}

async function changeOne(town: Town, kind: string, n: number, method: string, body?: unknown): Promise<unknown> {
  const { items } = (await town.api.ok(`GET /${kind}`)).body;
  const one = pick<{ id: string }>(items, n);
  return one === undefined ? null : send(town, `${method} /${kind}/${one.id}`, body);
}

const app = (n: number) => `app-${n % 4}`;

/** Ways in which a fleet changes. Those that are refused change nothing. */
export const HAPPENINGS: readonly Happening[] = [
  (town, n) =>
    send(town, 'POST /services', {
      name: `svc-${town.step}`,
      type: n % 3 === 0 ? 'NodePort' : 'ClusterIP',
      selector: { app: app(n) },
      ports: [{ port: 80, targetPort: 8080 }],
    }),
  (town, n) =>
    send(town, 'POST /pods', {
      name: `pod-${town.step}`,
      node: pick(town.nodes, n)?.name,
      labels: { app: app(n) },
      ports: [{ containerPort: 8080 }],
    }),
  (town, n) => changeOne(town, 'services', n, 'PATCH', { sessionAffinity: n % 2 === 0 ? 'ClientIP' : 'None' }),
  (town, n) => changeOne(town, 'services', n, 'PATCH', { ports: [{ port: 80 + (n % 3), targetPort: 8080 }] }),
  (town, n) => changeOne(town, 'pods', n, 'PATCH', { weight: (n % 5) + 1 }),
  (town, n) => (n % 3 === 0 ? changeOne(town, 'services', n, 'DELETE') : Promise.resolve()),
  (town, n) => (n % 3 === 0 ? changeOne(town, 'pods', n, 'DELETE') : Promise.resolve()),
  (town, n) => changeOne(town, 'nodes', n, 'PATCH', { zone: n % 2 === 0 ? 'east' : 'west' }),
];
