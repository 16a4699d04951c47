import type { Stamp, Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import type { Prisma } from '../generated/client.ts';
import type { EndpointModel } from '../generated/models.ts';
import { newId } from '../new-id.ts';
import { concernsDataplane, type EndpointDifference } from './derived.ts';
import { type EndpointNames, endpointNames, endpointOf, endpointVersion } from './endpoint-row.ts';

type EndpointRow = EndpointModel & EndpointNames;

/** Reads endpoints by id, by the id's order. */
function read(tables: Tables, ids: readonly string[]): Promise<EndpointRow[]> {
  return tables.endpoint.findMany({ where: { id: { in: [...ids] } }, include: endpointNames, orderBy: { id: 'asc' } });
}

const versions = (type: Version['type'], rows: readonly EndpointRow[]) => rows.map((row) => endpointVersion(type, endpointOf(row)));

/** Deletes endpoints; the versions are how they were. */
async function remove(tables: Tables, endpoints: readonly EndpointModel[]): Promise<Version[]> {
  if (endpoints.length === 0) return [];
  const ids = endpoints.map((endpoint) => endpoint.id);
  const gone = versions('DELETED', await read(tables, ids));
  await tables.endpoint.deleteMany({ where: { id: { in: ids } } });
  return gone;
}

async function turn(tables: Tables, { revision, at }: Stamp, endpoints: readonly EndpointModel[]): Promise<Version[]> {
  if (endpoints.length === 0) return [];
  for (const ready of [true, false]) {
    const ids = endpoints.filter((endpoint) => endpoint.ready !== ready).map((endpoint) => endpoint.id);
    if (ids.length > 0) await tables.endpoint.updateMany({ where: { id: { in: ids } }, data: { ready, revision, updatedAt: at } });
  }
  const ids = endpoints.map((endpoint) => endpoint.id);
  return versions('MODIFIED', await read(tables, ids));
}

async function add(tables: Tables, { revision, at }: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  const data: Prisma.EndpointCreateManyInput[] = differences.flatMap(({ service, added }) =>
    added.map((endpoint) => ({
      ...endpoint,
      id: newId('endpoint'),
      serviceId: service.id,
      portName: endpoint.portName ?? '',
      revision,
      createdAt: at,
      updatedAt: at,
    })),
  );
  if (data.length === 0) return [];
  await tables.endpoint.createMany({ data });
  const ids = data.map((endpoint) => endpoint.id);
  return versions('ADDED', await read(tables, ids));
}

/** Carries out differences on the endpoints. The rows of their services are the caller's to stamp. */
export async function applyDifferences(tables: Tables, stamp: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  const removed = differences.flatMap((difference) => difference.removed);
  const turned = differences.flatMap((difference) => difference.turned);
  return [...(await remove(tables, removed)), ...(await turn(tables, stamp, turned)), ...(await add(tables, stamp, differences))];
}

/** The columns of a service that change with its endpoints. Counts are changed and not set: others change them in the same way. */
export function endpointColumns({ revision, at }: Stamp, difference: EndpointDifference) {
  const { added, removed, turned } = difference;
  const count = (endpoints: readonly { readonly ready: boolean }[], ready: boolean) =>
    endpoints.filter((one) => one.ready === ready).length;
  return {
    endpointsTotal: { increment: added.length - removed.length },
    endpointsReady: { increment: count(added, true) - count(removed, true) + count(turned, false) - count(turned, true) },
    revision,
    updatedAt: at,
    ...(concernsDataplane(difference) ? { dataplaneRevision: revision } : {}),
  };
}
