import type { ServicePort } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** Drops what nodes have counted of ports that a service does not have any more: a port that comes back begins at 0. */
export async function forgetCountersOfOtherPorts(
  tables: Tables,
  serviceId: string,
  ports: readonly Pick<ServicePort, 'protocol' | 'port'>[],
): Promise<void> {
  const kept = ports.map(({ protocol, port }) => `${protocol} ${port}`);
  await tables.$executeRaw`DELETE FROM service_counter WHERE service_id = ${serviceId} AND protocol || ' ' || port <> ALL (${kept})`;
}
