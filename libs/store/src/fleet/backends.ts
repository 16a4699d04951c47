import {
  type Backend,
  type Capability,
  capabilitiesMissing,
  capabilitiesNeeded,
  type FieldError,
  PLAIN_TRAFFIC,
  ProblemError,
  type ServiceTraffic,
} from '@weft/model';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';

/** The field of a service that asks for a capability: the last one without which it would not. */
function fieldAsking(traffic: ServiceTraffic, capability: Capability): string {
  const fields = Object.keys(PLAIN_TRAFFIC) as (keyof ServiceTraffic)[];
  return fields.findLast((field) => !capabilitiesNeeded({ ...traffic, [field]: PLAIN_TRAFFIC[field] }).includes(capability)) ?? '';
}

function unsupported(errors: readonly FieldError[]): void {
  if (errors[0] !== undefined) throw new ProblemError('BackendUnsupported', errors[0].message, errors);
}

/**
 * Makes sure that every node can do what a service asks for. From here to the commit no node gets another backend. Throws ProblemError
 * BackendUnsupported, which names the field, what it asks for and the nodes.
 */
export async function requireBackendsRun(tables: Tables, traffic: ServiceTraffic): Promise<void> {
  if (capabilitiesNeeded(traffic).length === 0) return;
  await lock(tables, 'fleet-backends', 'shared');
  const fleet = await tables.$queryRaw<{ backend: Backend; nodes: string[] }[]>`
    SELECT backend, array_agg(name ORDER BY name) AS nodes FROM node GROUP BY backend ORDER BY backend`;
  unsupported(
    fleet.flatMap(({ backend, nodes }) =>
      capabilitiesMissing(traffic, backend).map((capability) => ({
        pointer: `/${fieldAsking(traffic, capability)}`,
        code: 'BackendUnsupported',
        message: `backend ${backend} of ${named(nodes)} has no ${capability}`,
      })),
    ),
  );
}

const NAMED_NODES = 5;

function named(nodes: readonly string[]): string {
  const more = nodes.length - NAMED_NODES;
  return `${nodes.length === 1 ? 'node' : 'nodes'} ${nodes.slice(0, NAMED_NODES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

interface AskingService {
  readonly label: string;
  readonly traffic: ServiceTraffic;
}

/**
 * Makes sure that a backend can do what every service asks for. The caller holds the lock `fleet-backends`. Throws ProblemError BackendUnsupported,
 * which names services and what they ask for.
 */
export async function requireServicesRun(tables: Tables, backend: Backend): Promise<void> {
  const asking = await tables.$queryRaw<AskingService[]>`
    SELECT namespace || '/' || name AS label, traffic FROM service
    WHERE cluster_ip IS NOT NULL AND traffic <> ${JSON.stringify(PLAIN_TRAFFIC)}::jsonb ORDER BY namespace, name`;
  for (const { label, traffic } of asking)
    unsupported(
      capabilitiesMissing(traffic, backend).map((capability) => ({
        pointer: '/backend',
        code: 'BackendUnsupported',
        message: `backend ${backend} has no ${capability}, which service ${label} needs`,
      })),
    );
}
