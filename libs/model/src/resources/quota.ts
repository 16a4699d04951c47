import { z } from 'zod';
import { DnsLabel } from '../names.ts';

/** What a namespace can be limited in. */
export const QUOTA_FIELDS = ['pods', 'services', 'endpoints', 'nodePorts', 'externalAddresses'] as const;
export type QuotaField = (typeof QUOTA_FIELDS)[number];

const MEANINGS: Record<QuotaField, string> = {
  pods: 'pods',
  services: 'services of any type',
  endpoints: 'endpoints that are managed by hand; those that follow from pods do not count',
  nodePorts: 'node ports and health check node ports of its services',
  externalAddresses: 'external and load balancer addresses of its services, each port of each counted',
};

const eachField = <T extends z.ZodType>(value: (field: QuotaField) => T) =>
  Object.fromEntries(QUOTA_FIELDS.map((field) => [field, value(field)])) as Record<QuotaField, T>;

const Limit = z.int().min(0).max(1_000_000).nullable();

/** How much a namespace may hold; null: as much as there is room for. */
export const QuotaLimits = z.strictObject(eachField((field) => Limit.describe(MEANINGS[field]))).meta({ id: 'QuotaLimits' });
export type QuotaLimits = z.infer<typeof QuotaLimits>;

/** How much it holds now. */
export const QuotaUsage = z.strictObject(eachField((field) => z.int().min(0).describe(MEANINGS[field]))).meta({ id: 'QuotaUsage' });
export type QuotaUsage = z.infer<typeof QuotaUsage>;

/** No limits: what a namespace has until somebody sets some. */
export const UNLIMITED: QuotaLimits = { pods: null, services: null, endpoints: null, nodePorts: null, externalAddresses: null };

/** The limits of a namespace and what it holds. A limit below what is held takes nothing away: it only lets nothing more in. */
export const Quota = z
  .strictObject({ namespace: DnsLabel, limits: QuotaLimits, used: QuotaUsage, generation: z.int() })
  .meta({ id: 'Quota' });
export type Quota = z.infer<typeof Quota>;

/** A merge patch (RFC 7396) of a namespace's limits. */
export const QuotaUpdate = z
  .strictObject({ limits: z.strictObject(eachField((field) => Limit.describe(MEANINGS[field]))).partial() })
  .partial()
  .meta({ id: 'QuotaUpdate' });
export type QuotaUpdate = z.infer<typeof QuotaUpdate>;
