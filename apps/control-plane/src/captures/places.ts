import { type Endpoint, type Pod, ProblemError, type Service } from '@weft/model';
import type { ReachedStore } from '@weft/store';
import type { CapturePlace } from './node-capture.ts';

/** In as many pods of a service it is captured at a time. */
export const SERVICE_PODS_MAX = 16;

/** Endpoints of a service, the most that a list gives: behind a service are rarely so many pods. */
const ENDPOINTS = { limit: 1_000, cursor: null } as const;

/** Where the packets of a pod are. */
export const placeOf = ({ id, node }: Pick<Pod, 'id' | 'node'>): CapturePlace => ({ node, pod: id });

const podOf = ({ pod }: Endpoint) => (pod === null ? [] : [pod]);

/** Where the packets of a service are: in the pods behind it, on all nodes or on one. Throws ProblemError ValidationFailed when that is nowhere, or too many of them. */
export async function placesOf(store: ReachedStore, { name, namespace }: Service, node: string | undefined): Promise<CapturePlace[]> {
  const on = node === undefined ? {} : { node };
  const { items } = await store.endpoints.list({ ...ENDPOINTS, namespace, service: name, ...on });
  const names = new Set(items.flatMap(podOf));
  const invalid = (message: string) =>
    new ProblemError('ValidationFailed', message, [{ pointer: 'query/node', code: 'OutOfRange', message }]);
  if (names.size === 0) throw invalid(`service ${namespace}/${name} has no pod behind it${node === undefined ? '' : ` on node ${node}`}`);
  if (names.size > SERVICE_PODS_MAX)
    throw invalid(
      `service ${namespace}/${name} has ${names.size} pods behind it, and at most ${SERVICE_PODS_MAX} are captured at a time: name a node`,
    );
  const pages = await Promise.all([...names].map((pod) => store.pods.list({ limit: 1, cursor: null, namespace, name: pod })));
  return pages.flatMap(({ items: pods }) => pods.map(placeOf));
}
