import type { Endpoint, EndpointState } from '@weft/model';
import type { Change, Stamp, Version, Written } from '../commit/change.ts';
import { knownStamp, takingRevision } from '../commit/revision.ts';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { EndpointModel, ServiceModel } from '../generated/models.ts';
import { serviceVersion } from '../services/service-row.ts';
import { countsOf } from './apply-difference.ts';
import { concernsDataplane, type EndpointDifference } from './derived.ts';
import { type EndpointNames, endpointOf, endpointVersion } from './endpoint-row.ts';

/** An endpoint with what it refers to by name. */
export type NamedEndpoint = EndpointModel & EndpointNames;

/** What somebody does to one endpoint of a service that has no selector. The service is locked for others who do (locks.ts). */
export interface ByHand {
  readonly service: ServiceModel;
  /** Null: there is none yet. */
  readonly before: NamedEndpoint | null;
  /** How it is to be, its stamp apart; null: it is to go. */
  readonly after: NamedEndpoint | null;
}

const stateOf = ({ weight, ready, serving, terminating, withdrawn }: EndpointModel) =>
  ({ weight, ready, serving, terminating, withdrawn }) as EndpointState;

function differenceOf({ service, before, after }: ByHand): EndpointDifference {
  const added = before === null && after !== null ? [{ ...after, ...stateOf(after) }] : [];
  const removed = before !== null && after === null ? [before] : [];
  const changed = before !== null && after !== null ? [{ endpoint: before, state: stateOf(after) }] : [];
  return { service, added, removed, changed };
}

/** The statement that writes the endpoint; the revision it does so at is in the row `stamp`. */
function writing({ before, after }: ByHand): Prisma.Sql {
  if (after === null) return Prisma.sql`DELETE FROM endpoint WHERE id = ${before?.id ?? ''}`;
  const { id, weight, ready, serving, terminating, withdrawn, generation } = after;
  if (before !== null)
    return Prisma.sql`
      UPDATE endpoint SET weight = ${weight}, ready = ${ready}, serving = ${serving}, terminating = ${terminating}, withdrawn = ${withdrawn},
        generation = ${generation}, revision = stamp.revision, updated_at = stamp.at
      FROM stamp WHERE id = ${id}`;
  const { serviceId, portName, ip, port, nodeId } = after;
  return Prisma.sql`
    INSERT INTO endpoint (id, service_id, port_name, ip, port, node_id, weight, ready, serving, terminating, withdrawn, generation,
      revision, created_at, updated_at)
    SELECT ${id}, ${serviceId}, ${portName}, ${ip}::inet, ${port}::integer, ${nodeId}, ${weight}::integer, ${ready}::boolean, ${serving}::boolean,
      ${terminating}::boolean, ${withdrawn}::text, ${generation}::integer, stamp.revision, stamp.at, stamp.at FROM stamp`;
}

/** The change that this is. Its answer is known but for the stamp, so it can be written ahead of it. */
export function changeByHand(tables: Tables, byHand: ByHand): Change<Endpoint> {
  const { service, before, after } = byHand;
  const difference = differenceOf(byHand);
  const reprogram = concernsDataplane(difference);
  const { total, ready } = countsOf(difference);
  const concerns = reprogram ? 'all' : [];
  const id = (after ?? before)?.id ?? '';

  const serviceAt = ({ revision, at }: Stamp): Version =>
    serviceVersion('MODIFIED', {
      ...service,
      endpointsTotal: service.endpointsTotal + total,
      endpointsReady: service.endpointsReady + ready,
      ...(reprogram ? { dataplaneRevision: revision } : {}),
      revision,
      updatedAt: at,
    });
  const written = (stamp: Stamp): Written<Endpoint> => {
    const { revision, at } = stamp;
    const was = before === null ? null : endpointOf(before);
    const is = after === null ? null : endpointOf({ ...after, createdAt: before?.createdAt ?? at, revision, updatedAt: at });
    const object = is ?? was;
    if (object === null) throw new Error(`nothing is done to endpoint ${id}`);
    const type = is === null ? 'DELETED' : was === null ? 'ADDED' : 'MODIFIED';
    return { object, before: was, after: is, versions: [endpointVersion(type, object), serviceAt(stamp)] };
  };
  const writeAt = async (tables: Tables, at: Prisma.Sql): Promise<Stamp> => {
    const [stamp] = await tables.$queryRaw<Stamp[]>`
      WITH stamp AS (${at}), endpoint AS (${writing(byHand)})
      UPDATE service s SET endpoints_total = s.endpoints_total + ${total}::integer, endpoints_ready = s.endpoints_ready + ${ready}::integer,
        revision = stamp.revision, updated_at = stamp.at,
        dataplane_revision = CASE WHEN ${reprogram}::boolean THEN stamp.revision ELSE s.dataplane_revision END
      FROM stamp WHERE s.id = ${service.id}
      RETURNING s.revision, s.updated_at AS at`;
    if (stamp === undefined) throw new Error(`service ${service.id} went away while its lock was held`);
    return stamp;
  };
  return {
    about: { kind: 'endpoint', id, namespace: service.namespace, name: service.name },
    concerns,
    status: before === null ? 201 : 200,
    write: Object.assign(
      async (stamp: Stamp) => {
        await writeAt(tables, knownStamp(stamp));
        return written(stamp);
      },
      {
        ahead: {
          take: () => writeAt(tables, takingRevision(concerns)),
          stamp: Prisma.sql`SELECT revision, updated_at AS at FROM service WHERE id = ${service.id}`,
          written,
        },
      },
    ),
  };
}
