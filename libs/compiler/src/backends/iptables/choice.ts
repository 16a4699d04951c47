import type { DesiredEndpoint } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import { known, remember } from './affinity.ts';
import { comment } from './rule-text.ts';
import { schedule } from './schedule.ts';

function translation(port: ServicePort, { ip, port: at }: DesiredEndpoint, match: string): string {
  return `-p ${port.protocol} ${comment(`${port.label} -> ${ip}:${at}`)} ${match}-j DNAT --to-destination ${ip}:${at}`;
}

/**
 * The rules that choose among endpoints and change the destination: first those of clients that are known to an endpoint, then everybody's. Each connection ends at
 * exactly one of them, so their packet counters count connections. Translating here and not in a chain for each endpoint makes three chains one:
 * that is what iptables-nft takes longest for.
 */
export function choice(port: ServicePort, endpoints: readonly DesiredEndpoint[]): string[] {
  const { affinity, scheduler } = port;
  const turns = schedule(scheduler, endpoints);
  if (affinity === null) return turns.map(({ endpoint, match }) => translation(port, endpoint, match));
  return [
    ...endpoints.map((endpoint) => translation(port, endpoint, `${known(port, affinity, endpoint)}${remember(port, affinity, endpoint)}`)),
    ...turns.map(({ endpoint, match }) => translation(port, endpoint, `${match}${remember(port, affinity, endpoint)}`)),
  ];
}
