import type { DesiredState } from '@weft/model';

const ALL = 'PEER-SERVICES';
const serviceChain = (name: string) => `PEER-SVC-${name.replace('service-', '')}`;
const endpointChain = (name: string, endpoint: string) => `PEER-SEP-${name.replace('service-', '')}-${endpoint}`;

/** Every rule says whose it is. */
const comment = (name: string, more = '') => `-m comment --comment "bench/${name}:http${more}"`;

/** What leads from a service to its endpoints: the first of `n` is taken with a probability of one in `n`, the next of one in `n - 1`. */
const draws = (name: string, chains: readonly string[]) =>
  chains.map((chain, i) => {
    const lot = i === chains.length - 1 ? '' : ` -m statistic --mode random --probability ${(1 / (chains.length - i)).toFixed(10)}`;
    return `-A ${serviceChain(name)} ${comment(name, ` -> ${chain}`)}${lot} -j ${chain}`;
  });

/** What an endpoint's chain does: mask who meets itself, translate. */
const translates = (name: string, chain: string, ip: string, to: string) => [
  `-A ${chain} -s ${ip}/32 ${comment(name)} -j MARK --or-mark 0x4000`,
  `-A ${chain} -p tcp ${comment(name)} -j DNAT --to-destination ${to}`,
];

const restore = (chains: readonly string[], lines: readonly string[]) =>
  `*nat\n${chains.map((chain) => `:${chain} - [0:0]\n`).join('')}${lines.join('\n')}\nCOMMIT\n`;

/**
 * The same services as text for iptables-restore in the shape that kube-proxy gives them: one list of all services, a chain for each, and a chain for each endpoint. An
 * imitation, not kube-proxy itself: no masquerading, no node ports, no session affinity, no policies.
 */
export function kubeProxyIptables({ services }: DesiredState): string {
  const [chains, lines] = [[ALL], [`-A PREROUTING -j ${ALL}`]];
  for (const { name, clusterIP, ports } of services)
    for (const { port, endpoints } of ports) {
      const own = endpoints.map((_, i) => endpointChain(name, String(i)));
      chains.push(serviceChain(name), ...own);
      lines.push(
        `-A ${ALL} -d ${clusterIP}/32 -p tcp ${comment(name, ' cluster IP')} -m tcp --dport ${port} -j ${serviceChain(name)}`,
        ...draws(name, own),
        ...endpoints.flatMap(({ ip, port: to }, i) => translates(name, endpointChain(name, String(i)), ip, `${ip}:${to}`)),
      );
    }
  return restore(chains, lines);
}

/** One endpoint of the first service replaced by another one, in that shape: the service's chain written anew, an endpoint's made and another one's deleted. */
export function kubeProxyIptablesChange({ services }: DesiredState, turn: number): string {
  const { name = '', ports } = services[0] ?? {};
  const added = endpointChain(name, `new-${turn}`);
  const others = (ports?.[0]?.endpoints ?? []).slice(1).map((_, i) => endpointChain(name, String(i + 1)));
  const former = endpointChain(name, turn === 0 ? '0' : `new-${turn - 1}`);
  const ip = `100.64.9.${turn % 250}`;
  return restore(
    [serviceChain(name), added, former],
    [...translates(name, added, ip, `${ip}:8080`), ...draws(name, [added, ...others]), `-X ${former}`],
  );
}
