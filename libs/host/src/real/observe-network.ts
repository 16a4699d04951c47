import {
  type IpLinkJson,
  type IpNetnsJson,
  type NodeConfig,
  type ObservedPeer,
  parseIpJson,
  peerIn,
  splitIpBatchJson,
  toAddresses,
  toFdb,
  toLinks,
  toNeighbours,
  toRoutes,
} from '@weft/kernel';
import { isOurLink, isOurNetns } from '@weft/model';
import type { Runner } from './runner.ts';

/** The network part of a configuration. */
export type ObservedNetwork = Pick<NodeConfig, 'netns' | 'links' | 'addresses' | 'routes' | 'neighbours' | 'fdb'>;

type PodNetwork = Pick<NodeConfig, 'addresses' | 'routes' | 'neighbours'> & { readonly peer: ObservedPeer | null };

/** How many pods are read at a time. */
const AT_ONCE = 4;

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

async function observePods(runner: Runner, names: readonly string[]): Promise<Map<string, PodNetwork>> {
  const queue = [...names];
  const pods = new Map<string, PodNetwork>();
  const reader = async () => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) pods.set(name, await observePod(runner, name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return pods;
}

/** Reads namespaces, links, addresses, routes, neighbours and forwarding entries that are ours; inside pods too when asked to. */
export async function observeNetwork(runner: Runner, pods: boolean): Promise<ObservedNetwork> {
  const { read } = runner;
  const [netnsText, linkText, routeText, neighbourText, fdbText] = await Promise.all([
    read(['ip', '-j', 'netns', 'list']),
    read(['ip', '-j', '-d', 'address', 'show']),
    read(['ip', '-j', '-4', 'route', 'show', 'table', 'all', 'proto', '87']),
    read(['ip', '-j', 'neighbour', 'show', 'nud', 'permanent']),
    read(['bridge', '-j', 'fdb', 'show']),
  ]);
  const namespaces = parseIpJson<IpNetnsJson>(netnsText);
  const names = namespaces.map(({ name }) => name).filter(isOurNetns);
  const inside = pods ? await observePods(runner, names) : new Map<string, PodNetwork>();
  const links = parseIpJson<IpLinkJson>(linkText);
  const all = [...inside.values()];
  return {
    netns: names.map((name) => ({ name })),
    links: toLinks(links, namespaces, (name) => inside.get(name)?.peer ?? null),
    addresses: [...toAddresses(links, null), ...all.flatMap((pod) => pod.addresses)],
    routes: [...toRoutes(parseIpJson(routeText), null), ...all.flatMap((pod) => pod.routes)],
    neighbours: [...toNeighbours(parseIpJson(neighbourText), null), ...all.flatMap((pod) => pod.neighbours)],
    fdb: toFdb(parseIpJson(fdbText), isOurLink),
  };
}
