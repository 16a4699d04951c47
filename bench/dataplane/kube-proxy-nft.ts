import type { DesiredState } from '@weft/model';

/**
 * The same services as text for nft in the shape that kube-proxy gives them: a chain for each service that draws among verdicts, and a chain for each endpoint that
 * masks hairpin and translates. An imitation, not kube-proxy itself: no masquerading, no session affinity, no policies.
 */
export function kubeProxyLayout({ services }: DesiredState, table: string): string {
  const lines = [`add table ip ${table}`, `add map ip ${table} service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }`];
  for (const { name, clusterIP, ports } of services)
    for (const { protocol, port, endpoints } of ports) {
      const chains = endpoints.map((_, i) => `endpoint-${name}-${i}`);
      endpoints.forEach(({ ip, port: to }, i) => {
        lines.push(
          `add chain ip ${table} ${chains[i]}`,
          `add rule ip ${table} ${chains[i]} ip saddr ${ip} meta mark set mark or 0x4000`,
          `add rule ip ${table} ${chains[i]} meta l4proto ${protocol.toLowerCase()} dnat to ${ip}:${to}`,
        );
      });
      const verdicts = chains.map((chain, i) => `${i} : goto ${chain}`).join(', ');
      lines.push(
        `add chain ip ${table} service-${name}`,
        `add rule ip ${table} service-${name} numgen random mod ${endpoints.length} vmap { ${verdicts} }`,
        `add element ip ${table} service-ips { ${clusterIP} . ${protocol.toLowerCase()} . ${port} : goto service-${name} }`,
      );
    }
  lines.push(
    `add chain ip ${table} arriving { type nat hook prerouting priority -90; }`,
    `add rule ip ${table} arriving ip daddr . meta l4proto . th dport vmap @service-ips`,
  );
  return `${lines.join('\n')}\n`;
}

/** One endpoint of the first service replaced by another one, in that shape. */
export function kubeProxyChange({ services }: DesiredState, table: string, turn: number): string {
  const [service] = services;
  const endpoints = service?.ports[0]?.endpoints ?? [];
  const added = `endpoint-${service?.name}-new-${turn}`;
  const chains = endpoints.map((_, i) => (i === 0 ? added : `endpoint-${service?.name}-${i}`));
  const former = turn === 0 ? `endpoint-${service?.name}-0` : `endpoint-${service?.name}-new-${turn - 1}`;
  return [
    `add chain ip ${table} ${added}`,
    `add rule ip ${table} ${added} ip saddr 100.64.9.${turn % 250} meta mark set mark or 0x4000`,
    `add rule ip ${table} ${added} meta l4proto tcp dnat to 100.64.9.${turn % 250}:8080`,
    `flush chain ip ${table} service-${service?.name}`,
    `add rule ip ${table} service-${service?.name} numgen random mod ${chains.length} vmap { ${chains.map((chain, i) => `${i} : goto ${chain}`).join(', ')} }`,
    `flush chain ip ${table} ${former}`,
    `delete chain ip ${table} ${former}`,
    '',
  ].join('\n');
}
