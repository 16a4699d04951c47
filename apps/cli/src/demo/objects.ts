import { eventually } from '@weft/testing';
import type { Node, Pod, Service } from '../api/fleet-api.ts';
import type { Stage } from './stage.ts';

/** Answer when every node has applied the change; the demo shows nothing that is not live. */
const WAIT = 'Prefer: wait=30';
const ANY_VERSION = 'If-Match: *';

/** The port that every pod of the demo serves its page on. */
export const POD_PORT = 8080;

/** A pod that answers with its name. */
export async function createPod(stage: Stage, name: string, node: string, app: string): Promise<void> {
  const body = { name, node, labels: { app }, ports: [{ containerPort: POD_PORT }], runtime: { type: 'echo' } };
  const answer = await stage.call({ method: 'POST', path: '/pods', body, headers: [WAIT] });
  stage.pods.set(name, answer.body as Pod);
}

/** A service in front of the pods with this label. Returns the id of the request, for the audit trail. */
export async function createService(stage: Stage, name: string, app: string, more: object): Promise<string> {
  const body = { name, selector: { app }, ...more };
  const answer = await stage.call({ method: 'POST', path: '/services', body, headers: [WAIT] });
  stage.services.set(name, answer.body as Service);
  return answer.requestId;
}

/** Puts a pod behind another label, and so behind other services. */
export async function relabelPod(stage: Stage, name: string, app: string): Promise<void> {
  const pod = of(stage.pods, name);
  await stage.call({ method: 'PATCH', path: `/pods/${pod.id}`, body: { labels: { app } }, headers: [WAIT, ANY_VERSION] });
}

/** Takes a pod away. */
export async function deletePod(stage: Stage, name: string): Promise<void> {
  await stage.call({ method: 'DELETE', path: `/pods/${of(stage.pods, name).id}`, headers: [WAIT, ANY_VERSION] });
  stage.pods.delete(name);
}

/** Changes the service backend of a node while it works. */
export async function switchBackend(stage: Stage, node: string, backend: string): Promise<void> {
  const { id } = of(stage.nodes, node);
  const answer = await stage.call({ method: 'PATCH', path: `/nodes/${id}`, body: { backend }, headers: [WAIT, ANY_VERSION] });
  stage.nodes.set(node, answer.body as Node);
}

/**
 * Looks at a service until so many pods behind it are ready and every node has it so. A pod is wired when its creation is answered; that its
 * server listens is found out a moment later, and is a change of its own.
 */
export async function endpointsLive(stage: Stage, name: string, ready: number): Promise<void> {
  const { id } = of(stage.services, name);
  await stage.check(`${name} has ${ready} endpoints, on every node`, () =>
    eventually(`${ready} endpoints of ${name}`, async () => {
      const { status } = (await stage.ask({ method: 'GET', path: `/services/${id}` })).body as Service;
      if (status.endpoints.ready !== ready || status.phase !== 'Programmed') return null;
      return { ok: true, saw: `${status.phase} on ${status.nodes.applied} of ${status.nodes.desired} nodes` };
    }),
  );
}

/** The object of this name. Throws Error when the demo has not made it, which is a mistake in the story. */
export function of<T>(objects: ReadonlyMap<string, T>, name: string): T {
  const object = objects.get(name);
  if (object === undefined) throw new Error(`the story has no ${name} here`);
  return object;
}
