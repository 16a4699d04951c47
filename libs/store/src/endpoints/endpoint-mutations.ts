import {
  canonicalJson,
  contains,
  type Endpoint,
  type EndpointCreate,
  type EndpointState,
  type EndpointUpdate,
  type ServicePort,
  type Withdrawal,
} from '@weft/model';
import { readNetwork } from '../cluster/settings.ts';
import type { Prepare } from '../commit/change.ts';
import { invalid } from '../commit/invalid.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeFields } from '../commit/merge-fields.ts';
import type { Tables } from '../database/database.ts';
import { lockServiceNamed } from '../database/locks.ts';
import { lockNamespace } from '../namespaces/namespace-lock.ts';
import { chooseNode } from '../pods/choose-node.ts';
import { requireQuota } from '../quotas/require-quota.ts';
import type { Match } from '../request-context.ts';
import { changeByHand } from './by-hand.ts';
import { stateOf } from './derived.ts';
import { endpointOf } from './endpoint-row.ts';
import { lockEndpoint } from './lock-endpoint.ts';
import { withdrawalsOf } from './withdrawals.ts';

/** The service an endpoint is to be added to, locked for others who change its endpoints by hand, and the name of the port it is behind. */
async function serviceFor(tables: Tables, input: EndpointCreate) {
  const { namespace, service: name, portName } = input;
  lockServiceNamed(tables, namespace, name);
  const service = await tables.service.findUnique({ where: { namespace_name: { namespace, name } } });
  if (service === null) throw invalid('/service', 'NotFound', `there is no service ${namespace}/${name}`);
  if (service.selector !== null)
    throw invalid('/service', 'HasSelector', `the endpoints of service ${namespace}/${name} follow its selector`);
  const ports = service.ports as ServicePort[];
  const port = portName === null && ports.length === 1 ? ports[0] : ports.find((one) => one.name === portName);
  if (port === undefined)
    throw invalid('/portName', 'NotFound', `service ${namespace}/${name} has no port ${portName ?? 'without a name'}`);
  return { service, portName: port.name };
}

/** Throws ProblemError ValidationFailed for an address of the services' own ranges: a packet is translated once, and would end there. */
async function requireNoService(tables: Tables, ip: string): Promise<void> {
  const { serviceCidrs } = await readNetwork(tables);
  if (serviceCidrs.some((range) => contains(range, ip)))
    throw invalid('/ip', 'NotAllowed', `${ip} is an address for services, not for what is behind one`);
}

/** The state of an endpoint that is managed by hand, from what is said of it and what its node does to it. */
export function stateByHand({ weight, ready, terminating }: Required<EndpointUpdate>, withdrawn: Withdrawal | null): EndpointState {
  return { weight, ready: ready && !terminating && withdrawn === null, serving: ready, terminating, withdrawn };
}

/** What the node of an endpoint does to it, kept from being changed until the commit. */
async function lockWithdrawal(tables: Tables, nodeId: string | null): Promise<Withdrawal | null> {
  if (nodeId === null) return null;
  await tables.$executeRaw`SELECT 1 FROM node WHERE id = ${nodeId} FOR SHARE`;
  return (await withdrawalsOf(tables, [{ nodeId }])).get(nodeId) ?? null;
}

/** What a new endpoint has in the place of what its stamp gives it. */
const UNSTAMPED = { generation: 1, revision: 0n, createdAt: new Date(0), updatedAt: new Date(0) };

/** A new endpoint of a service without a selector. */
export function endpointCreation(input: EndpointCreate): Prepare<Endpoint> {
  return async (tables, newId) => {
    await lockNamespace(tables, input.namespace, 'shared');
    const { service, portName } = await serviceFor(tables, input);
    await requireNoService(tables, input.ip);
    await requireQuota(tables, input.namespace, { endpoints: 1 });
    const node = input.node === null ? null : await chooseNode(tables, input.node);
    const id = newId('endpoint');
    const nodeId = node?.id ?? null;
    const state = stateByHand(input, await lockWithdrawal(tables, nodeId));
    const { ip, port } = input;
    const place = { id, serviceId: service.id, portName: portName ?? '', ip, port, nodeId, podId: null };
    const names = { service, node, pod: null };
    return changeByHand(tables, { service, before: null, after: { ...place, ...state, ...names, ...UNSTAMPED } });
  };
}

/** A merge patch of an endpoint that is managed by hand. */
export function endpointUpdate(id: string, match: Match, patch: EndpointUpdate): Prepare<Endpoint> {
  return async (tables) => {
    const { endpoint, service, withdrawal } = await lockEndpoint(tables, id);
    await requireMatch(tables, match, endpoint.generation);
    const { weight, serving, terminating, generation } = endpoint;
    const state = stateByHand(mergeFields({ weight, ready: serving, terminating }, patch), withdrawal);
    if (canonicalJson(state) === canonicalJson(stateOf(endpoint))) {
      const unchanged = endpointOf(endpoint);
      return { unchanged, revision: unchanged.revision };
    }
    return changeByHand(tables, { service, before: endpoint, after: { ...endpoint, ...state, generation: generation + 1 } });
  };
}

/** The end of an endpoint that is managed by hand. */
export function endpointDeletion(id: string, match: Match): Prepare<Endpoint> {
  return async (tables) => {
    const { endpoint, service } = await lockEndpoint(tables, id);
    await requireMatch(tables, match, endpoint.generation);
    return changeByHand(tables, { service, before: endpoint, after: null });
  };
}
