import type { Sent } from '@weft/compiler';
import {
  type DesiredNode,
  type DesiredService,
  type DesiredState,
  type Endpoint,
  type Node,
  type Pod,
  ProblemError,
  podNetnsName,
  type ReachabilityFrom,
  type ReachabilityQuestion,
  type Service,
} from '@weft/model';
import type { Page } from '@weft/store';
import type { FleetStates } from './fleet-states.ts';
import { sendable } from './sendable.ts';

/** Somewhere to send to. */
export interface Target {
  readonly ip: string;
  readonly port: number;
}

/** Whom to send to, or why there is nobody. */
export type Targets = { readonly targets: readonly Target[] } | { readonly why: string };

/** Where a packet is sent from. */
export interface Sender {
  readonly node: DesiredNode;
  /** What that node is to have. */
  readonly state: DesiredState;
  readonly origin: Sent['origin'];
  /** Null: the kernel chooses. */
  readonly source: string | null;
}

/** What names are looked up in. */
export interface Names {
  readonly pods: { list(query: { namespace: string; name: string; limit: number; cursor: null }): Promise<Page<Pod>> };
  readonly services: { list(query: { namespace: string; name: string; limit: number; cursor: null }): Promise<Page<Service>> };
  readonly nodes: { list(query: { name: string; limit: number; cursor: null }): Promise<Page<Node>> };
  readonly endpoints: { list(query: { namespace: string; service: string; limit: number; cursor: null }): Promise<Page<Endpoint>> };
}

const ONE = { limit: 1, cursor: null } as const;

function nothing(pointer: string, what: string): ProblemError {
  const message = `there is no ${what}`;
  return new ProblemError('ValidationFailed', message, [{ pointer, code: 'NotFound', message }]);
}

function split(name: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', own = ''] = name.split('/');
  return { namespace, name: own };
}

/** Throws ProblemError ValidationFailed. */
async function podNamed(names: Names, pod: string, pointer: string): Promise<Pod> {
  const [found] = (await names.pods.list({ ...split(pod), ...ONE })).items;
  if (found === undefined) throw nothing(pointer, `pod ${pod}`);
  return found;
}

/** Throws ProblemError ValidationFailed. */
function nodeNamed(nodes: readonly DesiredNode[], name: string, pointer: string): DesiredNode {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw nothing(pointer, `node ${name}`);
  return found;
}

/** Where a packet is sent from, by the names of the question. */
interface NamedSender extends Pick<Sender, 'origin' | 'source'> {
  readonly node: string;
  readonly pointer: string;
}

async function namedSender(from: ReachabilityFrom, names: Names): Promise<NamedSender> {
  if ('node' in from) return { node: from.node, pointer: '/from/node', origin: { in: 'host' }, source: null };
  if ('outside' in from) {
    const { address, via } = from.outside;
    return {
      node: via,
      pointer: '/from/outside/via',
      origin: { in: 'network', tunnel: false },
      source: sendable(address, '/from/outside/address'),
    };
  }
  const { id, ip, node } = await podNamed(names, from.pod, '/from/pod');
  return { node, pointer: '/from/pod', origin: { in: 'pod', netns: podNetnsName(id) }, source: ip };
}

/** Where a packet is sent from. Throws ProblemError. */
export async function senderOf(from: ReachabilityFrom, states: FleetStates, names: Names): Promise<Sender> {
  const { node: name, pointer, origin, source } = await namedSender(from, names);
  const [found] = (await names.nodes.list({ name, ...ONE })).items;
  if (found === undefined) throw nothing(pointer, `node ${name}`);
  const state = await states.of(found.id);
  return { node: nodeNamed(state.nodes, name, pointer), state, origin, source };
}

/** The address of a node on the link to other hosts, without prefix length; null while it is not known. */
const hostOf = ({ address }: DesiredNode) => address?.split('/')[0] ?? null;

/** How those outside ask a service at a node: by an address that is not only for the fleet, or a node port, where it has one. */
function externally(service: DesiredService, port: number, { node }: Sender): Target {
  const [external] = [...service.loadBalancerIPs, ...service.externalIPs];
  const nodePort = service.ports.find((one) => one.port === port)?.nodePort ?? null;
  const host = hostOf(node);
  if (external !== undefined) return { ip: external, port };
  return nodePort === null || host === null ? { ip: service.clusterIP, port } : { ip: host, port: nodePort };
}

/** The endpoints that a headless service's name stands for. */
async function headless(service: Service, port: number, names: Names): Promise<Targets> {
  const { namespace, name } = service;
  const { items } = await names.endpoints.list({ namespace, service: name, limit: 1000, cursor: null });
  const portName = service.ports.find((one) => one.port === port)?.name ?? null;
  const ready = items.filter((one) => one.conditions.ready && (service.ports.length === 0 || one.portName === portName));
  if (ready.length === 0) return { why: `${namespace}/${name} is headless and has no ready endpoint: its name stands for no address` };
  return { targets: ready.map(({ ip, port: own }) => ({ ip, port: own })) };
}

/** Throws ProblemError ValidationFailed. */
async function ofService(name: string, port: number, sender: Sender, names: Names): Promise<Targets> {
  const wanted = split(name);
  const desired = sender.state.services.find((one) => one.namespace === wanted.namespace && one.name === wanted.name);
  if (desired !== undefined) {
    return { targets: [sender.origin.in === 'network' ? externally(desired, port, sender) : { ip: desired.clusterIP, port }] };
  }
  const [service] = (await names.services.list({ ...wanted, ...ONE })).items;
  if (service === undefined) throw nothing('/to/service', `service ${name}`);
  if (service.type !== 'ExternalName') return headless(service, port, names);
  return { why: `${name} is of type ExternalName: it stands for ${service.externalName}, which clients ask DNS for, and has no address` };
}

/** Whom a question is about. Throws ProblemError ValidationFailed. */
export async function targetsOf({ to, port }: ReachabilityQuestion, sender: Sender, names: Names): Promise<Targets> {
  const at = (ip: string): Targets => ({ targets: [{ ip, port }] });
  if ('address' in to) return at(sendable(to.address, '/to/address'));
  if ('pod' in to) return at((await podNamed(names, to.pod, '/to/pod')).ip);
  if ('service' in to) return ofService(to.service, port, sender, names);
  const ip = hostOf(nodeNamed(sender.state.nodes, to.node, '/to/node'));
  return ip === null ? { why: `${to.node} has not told its address yet` } : at(ip);
}
