import { canonicalJson, type ServiceCreate, type ServiceSpec, type ServiceUpdate, trafficOf } from '@weft/model';
import { claimServiceAddress } from '../addresses/claim.ts';
import { quarantineAddresses } from '../addresses/release.ts';
import type { Prepare } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeLabels } from '../commit/merge-labels.ts';
import { forgetCountersOfOtherPorts } from '../counters/forget-counters.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { applyDifferences, endpointColumns } from '../endpoints/apply-difference.ts';
import {
  concernsDataplane,
  endpointDifference,
  podsSelectedBy,
  selectingService,
  stateOf,
  type WantedEndpoint,
  wantedEndpoints,
} from '../endpoints/derived.ts';
import { withdrawalsOf } from '../endpoints/withdrawals.ts';
import { requireBackendsRun } from '../fleet/backends.ts';
import { Prisma } from '../generated/client.ts';
import type { EndpointModel, ServiceModel } from '../generated/models.ts';
import { lockNamespace } from '../namespaces/namespace-lock.ts';
import { type Adding, requireQuota } from '../quotas/require-quota.ts';
import { labelTerms } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import type { Claimant } from '../read/owner.ts';
import type { Match } from '../request-context.ts';
import { countExternalAddresses, type Exposure, holdExternalAddresses, requireExternalAddresses, UNEXPOSED } from './external-addresses.ts';
import { insertService } from './insert-service.ts';
import { claimNodePorts, countNodePorts, holdNodePorts, NO_PORTS, type ServicePorts } from './node-ports.ts';
import { aboutService, type StoredService, serviceVersion, storedService } from './service-row.ts';
import { requireSound, specAfter, specColumns } from './service-spec.ts';

/** Locks the namespace of a service and reads the service. Throws ProblemError NotFound. */
export async function lockService(tables: Tables, id: string): Promise<ServiceModel> {
  const { namespace } = found(await tables.service.findUnique({ where: { id }, select: { namespace: true } }), 'service', id);
  await lock(tables, `namespace:${namespace}`);
  return found(await tables.service.findUnique({ where: { id } }), 'service', id);
}

/** What a service holds that others then cannot have. */
type Holdings = Exposure & ServicePorts;

const NOTHING_HELD: Holdings = { ...UNEXPOSED, ...NO_PORTS };

/** How much more a service holds after a change. */
function addedBy(before: Holdings, after: Holdings): Adding {
  return {
    nodePorts: countNodePorts(after) - countNodePorts(before),
    externalAddresses: countExternalAddresses(after) - countExternalAddresses(before),
  };
}

/** The address of a service after a change: that of before, one that is claimed, or none where the type or the user wants none. */
async function addressAfter(
  tables: Tables,
  claimant: Claimant,
  { type, clusterIP }: ServiceSpec,
  before: string | null,
  allowed: Promise<unknown>,
): Promise<string | null> {
  if (type === 'ExternalName' || clusterIP === 'None') return null;
  return before ?? (await claimServiceAddress(tables, claimant, clusterIP, allowed));
}

/** The endpoints that pods give a service. */
async function endpointsOfPods(tables: Tables, namespace: string, spec: ServiceSpec, { ports }: ServicePorts): Promise<WantedEndpoint[]> {
  const service = selectingService({ ...spec, ports: [...ports] });
  const pods = await podsSelectedBy(tables, namespace, service.selector);
  return wantedEndpoints(service, pods, await withdrawalsOf(tables, pods));
}

/** What a new service gets. */
interface Claimed {
  readonly held: ServicePorts;
  readonly clusterIp: string | null;
  readonly wanted: readonly WantedEndpoint[];
}

/** Claims all that a new service is to have. Its namespace is locked, or about to be by a statement that was sent before. */
async function claim(tables: Tables, claimant: Claimant, spec: ServiceSpec): Promise<Claimed> {
  const { namespace } = claimant;
  await requireBackendsRun(tables, spec);
  const held = await claimNodePorts(tables, claimant, spec, NO_PORTS);
  await requireExternalAddresses(tables, claimant, UNEXPOSED, spec);
  const allowed = requireQuota(tables, namespace, { services: 1, ...addedBy(NOTHING_HELD, { ...spec, ...held }) });
  const [clusterIp, wanted] = await Promise.all([
    addressAfter(tables, claimant, spec, null, allowed),
    endpointsOfPods(tables, namespace, spec, held),
    allowed,
  ]);
  return { held, clusterIp, wanted };
}

/** Locks the namespace of a new service; what has to be done after that is sent along and not after the answer. Without a selector it has nothing to do with pods that come, go or change. */
async function afterNamespace<T>(tables: Tables, { namespace, selector }: ServiceCreate, work: () => Promise<T>): Promise<T> {
  const [, done] = await Promise.all([lockNamespace(tables, namespace, selector === null ? 'shared' : 'exclusive'), work()]);
  return done;
}

/** A new service with its address, its node ports, and endpoints for the pods it selects. */
export function serviceCreation(input: ServiceCreate): Prepare<StoredService> {
  return async (tables, newId, reach) => {
    const { name, namespace, labels, ...spec } = input;
    requireSound(spec);
    const id = newId('service');
    const { held, clusterIp, wanted } = await afterNamespace(tables, input, () => claim(tables, { id, namespace, reach }, spec));
    return {
      about: aboutService({ ...input, id }),
      concerns: clusterIp === null ? [] : 'all',
      status: 201,
      write: async (stamp) => {
        const { revision, at } = stamp;
        const row: ServiceModel = {
          ...specColumns(spec, clusterIp, held),
          id,
          name,
          namespace,
          labels,
          labelTerms: labelTerms(labels),
          endpointsTotal: wanted.length,
          endpointsReady: wanted.filter((endpoint) => endpoint.ready).length,
          generation: 1,
          revision,
          dataplaneRevision: revision,
          createdAt: at,
          updatedAt: at,
        };
        insertService(tables, row);
        await holdNodePorts(tables, id, NO_PORTS, held);
        await holdExternalAddresses(tables, id, UNEXPOSED, spec);
        const versions = await applyDifferences(tables, stamp, [{ service: row, added: wanted, removed: [], changed: [] }]);
        const object = storedService(row);
        return { object, before: null, after: object, versions: [serviceVersion('ADDED', row), ...versions] };
      },
    };
  };
}

/** Endpoints managed by hand stay as long as the service has no selector and still has their port. */
function keptByHand(existing: readonly EndpointModel[], { selector }: ServiceSpec, { ports }: ServicePorts): WantedEndpoint[] {
  if (selector !== null) return [];
  const names = new Set(ports.map((port) => port.name ?? ''));
  return existing
    .filter((endpoint) => endpoint.podId === null && names.has(endpoint.portName))
    .map((endpoint) => ({ ...endpoint, ...stateOf(endpoint) }));
}

/** What nodes know of a service's own fields; null when they know nothing of it. */
function dataplaneFields({ clusterIP, ports, ...service }: StoredService) {
  if (clusterIP === null || clusterIP === 'None') return null;
  return { clusterIP, ports: ports.map(({ targetPort: _, ...port }) => port), ...trafficOf(service) };
}

/** A merge patch of a service. Its endpoints follow its selector and ports. */
export function serviceUpdate(id: string, match: Match, patch: ServiceUpdate): Prepare<StoredService> {
  return async (tables, _, reach) => {
    const row = await lockService(tables, id);
    await requireMatch(tables, match, row.generation);
    const claimant = { id, namespace: row.namespace, reach };
    const before = storedService(row);
    const labels = patch.labels === undefined ? before.labels : mergeLabels('labels', before.labels, patch.labels);
    const spec = specAfter(before, patch);
    if (canonicalJson(trafficOf(spec)) !== canonicalJson(trafficOf(before))) await requireBackendsRun(tables, spec);
    const held = await claimNodePorts(tables, claimant, spec, before);
    const allocated = { ...spec, ...held, ports: [...held.ports], selector: spec.selector };
    await requireExternalAddresses(tables, claimant, before, spec);
    const allowed = requireQuota(tables, row.namespace, addedBy(before, { ...spec, ...held }));
    const [clusterIp] = await Promise.all([addressAfter(tables, claimant, spec, row.clusterIp, allowed), allowed]);
    const after: StoredService = {
      ...before,
      ...allocated,
      labels,
      clusterIP: spec.type === 'ExternalName' ? null : (clusterIp ?? 'None'),
    };
    if (canonicalJson(after) === canonicalJson(before)) return { unchanged: before, revision: before.revision };
    const existing = await tables.endpoint.findMany({ where: { serviceId: id } });
    const selected = await endpointsOfPods(tables, row.namespace, spec, held);
    const difference = endpointDifference({ ...row, clusterIp }, existing, [...selected, ...keptByHand(existing, spec, held)]);
    const reprogram = concernsDataplane(difference) || canonicalJson(dataplaneFields(after)) !== canonicalJson(dataplaneFields(before));
    return {
      about: aboutService(row),
      concerns: reprogram ? 'all' : [],
      status: 200,
      write: async (stamp) => {
        const versions = await applyDifferences(tables, stamp, [difference]);
        await holdNodePorts(tables, id, before, held);
        await holdExternalAddresses(tables, id, before, after);
        await forgetCountersOfOtherPorts(tables, id, after.ports);
        if (clusterIp === null && row.clusterIp !== null) await quarantineAddresses(tables, stamp, id);
        const changed = await tables.service.update({
          where: { id },
          data: {
            ...endpointColumns(stamp, difference),
            ...specColumns(spec, clusterIp, held),
            selector: spec.selector ?? Prisma.DbNull,
            labels,
            labelTerms: labelTerms(labels),
            generation: { increment: 1 },
            ...(reprogram ? { dataplaneRevision: stamp.revision } : {}),
          },
        });
        const object = storedService(changed);
        return { object, before, after: object, versions: [serviceVersion('MODIFIED', changed), ...versions] };
      },
    };
  };
}

/** The end of a service. Its address is kept back until every node has forgotten it. */
export function serviceDeletion(id: string, match: Match): Prepare<StoredService> {
  return async (tables) => {
    const row = await lockService(tables, id);
    await requireMatch(tables, match, row.generation);
    const removed = await tables.endpoint.findMany({ where: { serviceId: id } });
    const object = storedService(row);
    return {
      about: aboutService(row),
      concerns: row.clusterIp === null ? [] : 'all',
      status: 200,
      write: async (stamp) => {
        const versions = await applyDifferences(tables, stamp, [{ service: row, added: [], removed, changed: [] }]);
        await quarantineAddresses(tables, stamp, id);
        await tables.$executeRaw`DELETE FROM service WHERE id = ${id}`;
        return { object, before: object, after: null, versions: [...versions, serviceVersion('DELETED', row)] };
      },
    };
  };
}
