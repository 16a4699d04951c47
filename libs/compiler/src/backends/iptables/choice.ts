import type { DesiredEndpoint } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import { known, remember } from './affinity.ts';
import { comment } from './rule-text.ts';
import { schedule, type Turn } from './schedule.ts';

/** A translation to an endpoint of those packets that match. The first of a chain says whose it is: the kernel keeps 256 characters for every comment. */
function translation({ protocol, label }: ServicePort, { endpoint: { ip, port }, match }: Turn, index: number): string {
  return `-p ${protocol} ${index === 0 ? `${comment(label)} ` : ''}${match}-j DNAT --to-destination ${ip}:${port}`;
}

/**
 * The rules that choose among endpoints and change the destination: first those of clients that are known to an endpoint, then everybody's. Translating here and not in a chain for each endpoint makes three chains one:
 * that is what iptables-nft takes longest for.
 */
export function choice(port: ServicePort, endpoints: readonly DesiredEndpoint[]): string[] {
  const { affinity, scheduler } = port;
  const turns = schedule(scheduler, endpoints);
  const all =
    affinity === null
      ? turns
      : [
          ...endpoints.map((endpoint) => ({ endpoint, match: `${known(port, affinity, endpoint)}${remember(port, affinity, endpoint)}` })),
          ...turns.map(({ endpoint, match }) => ({ endpoint, match: `${match}${remember(port, affinity, endpoint)}` })),
        ];
  return all.map((turn, index) => translation(port, turn, index));
}
