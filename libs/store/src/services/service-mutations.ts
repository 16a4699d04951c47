import { canonicalJson, type Labels, type ServiceCreate, type ServicePort, type ServiceUpdate } from '@weft/model';
import { claimServiceAddress } from '../addresses/claim.ts';
import { quarantineAddresses } from '../addresses/release.ts';
import type { Prepare } from '../commit/change.ts';
import { invalid } from '../commit/invalid.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeLabels } from '../commit/merge-labels.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { applyDifferences, endpointColumns } from '../endpoints/apply-difference.ts';
import { concernsDataplane, endpointDifference, podsSelectedBy, type WantedEndpoint, wantedEndpoints } from '../endpoints/derived.ts';
import { Prisma } from '../generated/client.ts';
import type { EndpointModel, ServiceModel } from '../generated/models.ts';
import { lockNamespace } from '../namespaces/namespace-lock.ts';
import { newId } from '../new-id.ts';
import { labelTerms, selectorTerms } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import type { Match } from '../request-context.ts';
import { fillPorts, holdNodePorts } from './service-ports.ts';
import { aboutService, type StoredService, serviceVersion, storedService } from './service-row.ts';

/** Locks the namespace of a service and reads the service. Throws ProblemError NotFound. */
export async function lockService(tables: Tables, id: string): Promise<ServiceModel> {
  const { namespace } = found(await tables.service.findUnique({ where: { id }, select: { namespace: true } }), 'service', id);
  await lock(tables, `namespace:${namespace}`);
  return found(await tables.service.findUnique({ where: { id } }), 'service', id);
}

const json = (selector: Labels | null) => selector ?? Prisma.DbNull;

/** A new service with its address, its node ports, and endpoints for the pods it selects. */
export function serviceCreation(input: ServiceCreate): Prepare<StoredService> {
  return async (tables) => {
    const { selector, clusterIP, ports: wantedPorts, ...fields } = input;
    // Without a selector it has nothing to do with pods that come, go or change.
    await lockNamespace(tables, input.namespace, selector === null ? 'shared' : 'exclusive');
    const id = newId('service');
    const ports = await fillPorts(tables, { id, type: input.type, before: [] }, wantedPorts);
    const clusterIp = clusterIP === 'None' ? null : await claimServiceAddress(tables, id, clusterIP);
    const wanted = wantedEndpoints(selector, ports, await podsSelectedBy(tables, input.namespace, selector));
    return {
      about: aboutService({ ...input, id }),
      concerns: clusterIp === null ? [] : 'all',
      status: 201,
      write: async (stamp) => {
        const { revision, at } = stamp;
        const row = await tables.service.create({
          data: {
            ...fields,
            id,
            clusterIp,
            ports,
            labelTerms: labelTerms(input.labels),
            selector: json(selector),
            selectorTerms: selectorTerms(selector),
            endpointsTotal: wanted.length,
            endpointsReady: wanted.filter((endpoint) => endpoint.ready).length,
            revision,
            dataplaneRevision: revision,
            createdAt: at,
            updatedAt: at,
          },
        });
        await holdNodePorts(tables, id, [], ports);
        const versions = await applyDifferences(tables, stamp, [{ service: row, added: wanted, removed: [], turned: [] }]);
        const object = storedService(row);
        return { object, before: null, after: object, versions: [serviceVersion('ADDED', row), ...versions] };
      },
    };
  };
}

/** Endpoints managed by hand stay as long as the service has no selector and still has their port. */
function keptByHand(existing: readonly EndpointModel[], selector: Labels | null, ports: readonly ServicePort[]): WantedEndpoint[] {
  if (selector !== null) return [];
  const names = new Set(ports.map((port) => port.name ?? ''));
  return existing.filter((endpoint) => endpoint.podId === null && names.has(endpoint.portName));
}

/** What nodes know of a service's own fields. */
const dataplaneFields = (ports: readonly ServicePort[]) => ports.map(({ targetPort: _, ...port }) => port);

/** A merge patch of a service. Its endpoints follow its selector and ports. */
export function serviceUpdate(id: string, match: Match, patch: ServiceUpdate): Prepare<StoredService> {
  return async (tables) => {
    const row = await lockService(tables, id);
    await requireMatch(tables, match, row.generation);
    const before = storedService(row);
    const type = patch.type ?? before.type;
    if (type === 'NodePort' && row.clusterIp === null)
      throw invalid('/type', 'NotAllowed', 'a headless service cannot be of type NodePort');
    const labels = patch.labels === undefined ? before.labels : mergeLabels('labels', before.labels, patch.labels);
    const selector =
      patch.selector === undefined
        ? before.selector
        : patch.selector === null
          ? null
          : mergeLabels('selector', before.selector ?? {}, patch.selector);
    const unfilled = patch.ports ?? before.ports.map((port) => (type === 'NodePort' ? port : { ...port, nodePort: null }));
    const ports = await fillPorts(tables, { id, type, before: before.ports }, unfilled);
    const after = { ...before, type, labels, selector, ports };
    if (canonicalJson(after) === canonicalJson(before)) return { unchanged: before, revision: before.revision };
    const existing = await tables.endpoint.findMany({ where: { serviceId: id } });
    const selected = wantedEndpoints(selector, ports, await podsSelectedBy(tables, row.namespace, selector));
    const difference = endpointDifference(row, existing, [...selected, ...keptByHand(existing, selector, ports)]);
    const reprogram =
      row.clusterIp !== null &&
      (concernsDataplane(difference) || canonicalJson(dataplaneFields(ports)) !== canonicalJson(dataplaneFields(before.ports)));
    return {
      about: aboutService(row),
      concerns: reprogram ? 'all' : [],
      status: 200,
      write: async (stamp) => {
        const versions = await applyDifferences(tables, stamp, [difference]);
        await holdNodePorts(tables, id, before.ports, ports);
        const changed = await tables.service.update({
          where: { id },
          data: {
            ...endpointColumns(stamp, difference),
            type,
            labels,
            labelTerms: labelTerms(labels),
            selector: json(selector),
            selectorTerms: selectorTerms(selector),
            ports,
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
        const versions = await applyDifferences(tables, stamp, [{ service: row, added: [], removed, turned: [] }]);
        await quarantineAddresses(tables, stamp, id);
        await tables.$executeRaw`DELETE FROM service WHERE id = ${id}`;
        return { object, before: object, after: null, versions: [...versions, serviceVersion('DELETED', row)] };
      },
    };
  };
}
