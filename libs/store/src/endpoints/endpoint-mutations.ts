import {
  canonicalJson,
  contains,
  type Endpoint,
  type EndpointCreate,
  type EndpointState,
  type EndpointUpdate,
  ProblemError,
  type ServicePort,
  type Withdrawal,
} from '@weft/model';
import { readNetwork } from '../cluster/settings.ts';
import type { Prepare, Stamp } from '../commit/change.ts';
import { invalid } from '../commit/invalid.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeFields } from '../commit/merge-fields.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { lockNamespace } from '../namespaces/namespace-lock.ts';
import { chooseNode } from '../pods/choose-node.ts';
import { requireQuota } from '../quotas/require-quota.ts';
import { found } from '../read/not-found.ts';
import type { Match } from '../request-context.ts';
import { concernsDataplane, type EndpointDifference, stateOf } from './derived.ts';
import { endpointNames, endpointOf } from './endpoint-row.ts';
import { writeDifferences } from './stamp-services.ts';
import { withdrawalsOf } from './withdrawals.ts';

/** Locks the service of an endpoint for others who change its endpoints by hand, and reads both. Throws ProblemError NotFound, and InUse when a pod is its reason. */
async function lockEndpoint(tables: Tables, id: string) {
  const first = found(await tables.endpoint.findUnique({ where: { id }, include: endpointNames }), 'endpoint', id);
  await Promise.all([lock(tables, `namespace:${first.service.namespace}`, 'shared'), lock(tables, `service:${first.serviceId}`)]);
  const row = found(await tables.endpoint.findUnique({ where: { id }, include: { ...endpointNames, service: true } }), 'endpoint', id);
  if (row.pod !== null) throw new ProblemError('InUse', `the endpoint is there because of pod ${row.pod.name}, which the service selects`);
  return row;
}

function aboutEndpoint(id: string, service: { readonly namespace: string; readonly name: string }) {
  return { kind: 'endpoint', id, namespace: service.namespace, name: service.name };
}

/** The service an endpoint is to be added to, and the name of the port it is behind. */
async function serviceFor(tables: Tables, input: EndpointCreate) {
  const { namespace, service: name, portName } = input;
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

/** Carries out what one endpoint is changed by; the endpoint is the first that is told of. */
async function writeByHand(tables: Tables, stamp: Stamp, difference: EndpointDifference) {
  const versions = await writeDifferences(tables, stamp, [difference]);
  const [written] = versions;
  if (written?.kind !== 'endpoint') throw new Error(`nothing was written of an endpoint of service ${difference.service.id}`);
  return { object: written.object as Endpoint, versions };
}

/** A new endpoint of a service without a selector. */
export function endpointCreation(input: EndpointCreate): Prepare<Endpoint> {
  return async (tables, newId) => {
    await lockNamespace(tables, input.namespace, 'shared');
    const { service, portName } = await serviceFor(tables, input);
    await requireNoService(tables, input.ip);
    await requireQuota(tables, input.namespace, { endpoints: 1 });
    const node = input.node === null ? null : await chooseNode(tables, input.node);
    const id = newId('endpoint');
    const { ip, port } = input;
    const nodeId = node?.id ?? null;
    const wanted = { id, portName, ip, port, ...stateByHand(input, await lockWithdrawal(tables, nodeId)), nodeId, podId: null };
    const difference: EndpointDifference = { service, added: [wanted], removed: [], changed: [] };
    return {
      about: aboutEndpoint(id, service),
      concerns: concernsDataplane(difference) ? 'all' : [],
      status: 201,
      write: async (stamp) => {
        const { object, versions } = await writeByHand(tables, stamp, difference);
        return { object, before: null, after: object, versions };
      },
    };
  };
}

/** A merge patch of an endpoint that is managed by hand. */
export function endpointUpdate(id: string, match: Match, patch: EndpointUpdate): Prepare<Endpoint> {
  return async (tables) => {
    const row = await lockEndpoint(tables, id);
    await requireMatch(tables, match, row.generation);
    const before = endpointOf(row);
    const said = mergeFields({ weight: row.weight, ready: row.serving, terminating: row.terminating }, patch);
    const state = stateByHand(said, await lockWithdrawal(tables, row.nodeId));
    if (canonicalJson(state) === canonicalJson(stateOf(row))) return { unchanged: before, revision: before.revision };
    const difference: EndpointDifference = {
      service: row.service,
      added: [],
      removed: [],
      changed: [{ endpoint: row, state, isAsked: true }],
    };
    return {
      about: aboutEndpoint(id, row.service),
      concerns: concernsDataplane(difference) ? 'all' : [],
      status: 200,
      write: async (stamp) => {
        const { object, versions } = await writeByHand(tables, stamp, difference);
        return { object, before, after: object, versions };
      },
    };
  };
}

/** The end of an endpoint that is managed by hand. */
export function endpointDeletion(id: string, match: Match): Prepare<Endpoint> {
  return async (tables) => {
    const row = await lockEndpoint(tables, id);
    await requireMatch(tables, match, row.generation);
    const object = endpointOf(row);
    const difference: EndpointDifference = { service: row.service, added: [], removed: [row], changed: [] };
    return {
      about: aboutEndpoint(id, row.service),
      concerns: concernsDataplane(difference) ? 'all' : [],
      status: 200,
      write: async (stamp) => {
        const { versions } = await writeByHand(tables, stamp, difference);
        return { object, before: object, after: null, versions };
      },
    };
  };
}
