import { QUOTA_FIELDS, type QuotaField, type QuotaUsage } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';

/** How each thing that a quota counts is counted. */
const COUNTS: Record<QuotaField, (namespace: string) => Prisma.Sql> = {
  pods: (namespace) => Prisma.sql`(SELECT count(*) FROM pod WHERE namespace = ${namespace})`,
  services: (namespace) => Prisma.sql`(SELECT count(*) FROM service WHERE namespace = ${namespace})`,
  endpoints: (namespace) => Prisma.sql`(
    SELECT count(*) FROM endpoint e JOIN service s ON s.id = e.service_id WHERE s.namespace = ${namespace} AND e.pod_id IS NULL)`,
  nodePorts: (namespace) => Prisma.sql`(
    SELECT count(*) FROM node_port p JOIN service s ON s.id = p.service_id WHERE s.namespace = ${namespace})`,
  externalAddresses: (namespace) => Prisma.sql`(
    SELECT count(*) FROM external_address a JOIN service s ON s.id = a.service_id WHERE s.namespace = ${namespace})`,
};

/** How much a namespace holds, of some things or of all; what was not asked for is 0. */
export async function usageOf(tables: Tables, namespace: string, fields: readonly QuotaField[] = QUOTA_FIELDS): Promise<QuotaUsage> {
  const counts = QUOTA_FIELDS.map((field) => {
    const count = fields.includes(field) ? COUNTS[field](namespace) : Prisma.sql`0`;
    return Prisma.sql`${count}::int AS ${Prisma.raw(`"${field}"`)}`;
  });
  const [usage] = await tables.$queryRaw<[QuotaUsage]>`SELECT ${Prisma.join(counts)}`;
  return usage;
}
