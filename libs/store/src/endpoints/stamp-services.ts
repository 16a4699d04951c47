import type { Stamp, Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import type { ServiceModel } from '../generated/models.ts';
import { serviceVersion } from '../services/service-row.ts';
import { applyDifferences, countsOf } from './apply-difference.ts';
import { concernsDataplane, type EndpointDifference } from './derived.ts';

/** What changes of a service with its endpoints; nothing else does while a lock on its namespace is held. */
type Counted = Pick<ServiceModel, 'id' | 'endpointsReady' | 'endpointsTotal' | 'dataplaneRevision'>;

/** Brings the rows of services in line with what was done to their endpoints. Counts are changed and not set: others change them in the same way. */
async function stampServices(tables: Tables, { revision, at }: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  if (differences.length === 0) return [];
  const steps = differences.map((difference) => ({
    id: difference.service.id,
    reprogram: concernsDataplane(difference),
    ...countsOf(difference),
  }));
  const rows = await tables.$queryRaw<Counted[]>`
    UPDATE service s SET endpoints_total = s.endpoints_total + d.total, endpoints_ready = s.endpoints_ready + d.ready,
      revision = ${revision}, updated_at = ${at}::timestamptz,
      dataplane_revision = CASE WHEN d.reprogram THEN ${revision} ELSE s.dataplane_revision END
    FROM jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) AS d (id text, total integer, ready integer, reprogram boolean)
    WHERE s.id = d.id
    RETURNING s.id, s.endpoints_total AS "endpointsTotal", s.endpoints_ready AS "endpointsReady", s.dataplane_revision AS "dataplaneRevision"`;
  const counted = new Map(rows.map((row) => [row.id, row]));
  return differences.map(({ service }) => serviceVersion('MODIFIED', { ...service, ...counted.get(service.id), revision, updatedAt: at }));
}

/** Carries out what a change of pods or of endpoints means for services: endpoints, their counts, and who has to know. */
export async function writeDifferences(tables: Tables, stamp: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  return (await Promise.all([applyDifferences(tables, stamp, differences), stampServices(tables, stamp, differences)])).flat();
}
