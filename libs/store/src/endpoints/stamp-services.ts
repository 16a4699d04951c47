import type { Stamp, Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { serviceVersion } from '../services/service-row.ts';
import { applyDifferences, endpointColumns } from './apply-difference.ts';
import type { EndpointDifference } from './derived.ts';

/** Carries out what a change of pods or of endpoints means for services: endpoints, their counts, and who has to know. */
export async function writeDifferences(tables: Tables, stamp: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  const versions = await applyDifferences(tables, stamp, differences);
  for (const difference of differences) {
    const row = await tables.service.update({ where: { id: difference.service.id }, data: endpointColumns(stamp, difference) });
    versions.push(serviceVersion('MODIFIED', row));
  }
  return versions;
}
