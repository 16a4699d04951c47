import { IPTABLES_CHAIN_PREFIX } from '@weft/kernel';
import type { DesiredEndpoint } from '@weft/model';
import type { Affinity, ServicePort } from '../../services/service-ports.ts';

/**
 * Name of the list (of xt_recent, see iptables-extensions(8) under `recent`) of those clients that were with an endpoint lately. Scope Service: all ports of
 * the service know an endpoint's address by one list. The kernel deletes a list with the last rule that names it, so an endpoint that goes loses its
 * clients.
 *
 * The kernel keeps only the latest 100 clients of each list (module parameter `ip_list_tot`) and forgets the one longest not seen when another comes. The
 * parameter is read when the module xt_recent is loaded and cannot be changed later, so raising it is up to the node's owner: `options xt_recent
 * ip_list_tot=…` in modprobe.d(5), or `xt_recent.ip_list_tot=…` on the kernel's command line.
 */
function clientsOf({ serviceId, protocol, port }: ServicePort, { scope }: Affinity, endpoint: DesiredEndpoint): string {
  const what = scope === 'Service' ? endpoint.ip : `${protocol}-${port}-${endpoint.ip}-${endpoint.port}`;
  return `${IPTABLES_CHAIN_PREFIX}${serviceId}-${what}`;
}

const BY_ADDRESS = '--mask 255.255.255.255 --rsource';

/** Matches packets of clients that were with an endpoint within the timeout. */
export function known(port: ServicePort, affinity: Affinity, endpoint: DesiredEndpoint): string {
  return `-m recent --rcheck --seconds ${affinity.timeoutSeconds} --reap --name ${clientsOf(port, affinity, endpoint)} ${BY_ADDRESS} `;
}

/** Matches every packet and keeps in mind that its sender was with an endpoint now. */
export function remember(port: ServicePort, affinity: Affinity, endpoint: DesiredEndpoint): string {
  return `-m recent --set --name ${clientsOf(port, affinity, endpoint)} ${BY_ADDRESS} `;
}
