import {
  type ConfigPart,
  holdAny,
  type IpLinkJson,
  type IpNetnsJson,
  type NodeConfig,
  type ObservedPeer,
  parseIpJson,
  peerIn,
  splitIpBatchJson,
  toAddresses,
  toConnectedRoutes,
  toFdb,
  toLinks,
  toNeighbours,
  toRoutes,
} from '@weft/kernel';
import { isOurLink, isOurNetns } from '@weft/model';
import type { ObserveScope } from '@weft/reconcile';
import { CommandError } from '../exec.ts';
import type { Runner } from './runner.ts';

/** The network part of a configuration. */
export type ObservedNetwork = Pick<NodeConfig, 'netns' | 'links' | 'addresses' | 'routes' | 'neighbours' | 'fdb'>;

type PodNetwork = Pick<NodeConfig, 'addresses' | 'routes' | 'neighbours'> & { readonly peer: ObservedPeer | null };

/** How many pods are read at a time. */
const AT_ONCE = 4;

/** What ip says of a namespace that is not there, and of none that it may not open. */
const GONE = /Cannot open network namespace .*No such file or directory/;

const POD_QUESTIONS = 'address show\nroute show proto 87\nneighbour show nud permanent\n';

async function observePod({ read }: Runner, netns: string): Promise<PodNetwork> {
  const answers = splitIpBatchJson(await read(['ip', '-n', netns, '-j', '-d', '-batch', '-'], POD_QUESTIONS));
  const [links = '', routes = '', neighbours = ''] = answers;
  const inside = parseIpJson<IpLinkJson>(links);
  return {
    peer: peerIn(inside),
    addresses: toAddresses(inside, netns),
    routes: toRoutes(parseIpJson(routes), netns),
    neighbours: toNeighbours(parseIpJson(neighbours), netns),
  };
}

/** Reads inside namespaces; what went since they were listed is not in the answer. */
async function observePods(runner: Runner, names: readonly string[]): Promise<Map<string, PodNetwork>> {
  const queue = [...names];
  const pods = new Map<string, PodNetwork>();
  const reader = async () => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      try {
        pods.set(name, await observePod(runner, name));
      } catch (error) {
        if (!(error instanceof CommandError && GONE.test(error.result.stderr))) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return pods;
}

/** Parts of which there are things inside pods, or that look different from there. */
const INSIDE: readonly ConfigPart[] = ['links', 'addresses', 'routes', 'neighbours'];

/** Reads namespaces, links, addresses, routes, neighbours and forwarding entries that are ours and within the scope. */
export async function observeNetwork(runner: Runner, scope: ObserveScope): Promise<ObservedNetwork> {
  const pods = scope.pods && holdAny(INSIDE, scope.kinds);
  const readFor = (parts: readonly ConfigPart[], argv: readonly string[]) => (holdAny(parts, scope.kinds) ? runner.read(argv) : '');
  const [netnsText, linkText, routeText, connectedText, neighbourText, fdbText] = await Promise.all([
    readFor(['netns', 'links', ...(pods ? INSIDE : [])], ['ip', '-j', 'netns', 'list']),
    readFor(['links', 'addresses'], ['ip', '-j', '-d', 'address', 'show']),
    readFor(['routes'], ['ip', '-j', '-4', 'route', 'show', 'table', 'all', 'proto', '87']),
    readFor(['routes'], ['ip', '-j', '-4', 'route', 'show', 'table', 'main', 'proto', 'kernel']),
    readFor(['neighbours'], ['ip', '-j', 'neighbour', 'show', 'nud', 'permanent']),
    readFor(['fdb'], ['bridge', '-j', 'fdb', 'show']),
  ]);
  const namespaces = parseIpJson<IpNetnsJson>(netnsText);
  const listed = namespaces.map(({ name }) => name).filter(isOurNetns);
  const inside = pods ? await observePods(runner, listed) : new Map<string, PodNetwork>();
  const names = pods ? listed.filter((name) => inside.has(name)) : listed;
  const links = parseIpJson<IpLinkJson>(linkText);
  const all = [...inside.values()];
  return {
    netns: names.map((name) => ({ name })),
    links: toLinks(links, namespaces, (name) => inside.get(name)?.peer ?? null),
    addresses: [...toAddresses(links, null), ...all.flatMap((pod) => pod.addresses)],
    routes: [
      ...toRoutes(parseIpJson(routeText), null),
      ...toConnectedRoutes(parseIpJson(connectedText)),
      ...all.flatMap((pod) => pod.routes),
    ],
    neighbours: [...toNeighbours(parseIpJson(neighbourText), null), ...all.flatMap((pod) => pod.neighbours)],
    fdb: toFdb(parseIpJson(fdbText), isOurLink),
  };
}
