import type { IptablesChain } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import { CHAIN, type ChainedPort, chained } from './chain-names.ts';
import { comment, type IptablesFragment, jump } from './fragment.ts';

/** Matches packets to an address of this node at which node ports answer: any but loopback's, whose replies could not be routed back. */
export const LOCAL_ADDRESS = { destination: '! -d 127.0.0.0/8', type: '-m addrtype --dst-type LOCAL' } as const;

/**
 * The share of packets that a rule takes so that it and the `rest - 1` rules behind it get equal parts. The kernel keeps it in 31 bits; iptables-save prints what
 * it kept with 11 digits.
 */
function probability(rest: number): string {
  return (Math.round(2 ** 31 / rest) / 2 ** 31).toFixed(11);
}

function serviceChoice(port: ChainedPort): IptablesChain {
  const count = port.endpoints.length;
  const rules = port.endpoints.map((endpoint, index) => {
    const purpose = comment(`${port.label} -> ${endpoint.ip}:${endpoint.port}`);
    const rest = count - index;
    const share = rest === 1 ? '' : `-m statistic --mode random --probability ${probability(rest)} `;
    return `${purpose} ${share}-j ${endpoint.chain}`;
  });
  return { name: port.chain, rules };
}

function endpointTranslations(port: ChainedPort, ownEndpoints: ReadonlySet<string>): IptablesChain[] {
  return port.endpoints.map((endpoint) => ({
    name: endpoint.chain,
    rules: [
      ...(ownEndpoints.has(endpoint.ip)
        ? [`-s ${endpoint.ip}/32 ${comment(`${port.label} reaches itself`)} -j ${CHAIN.markMasquerade}`]
        : []),
      `-p ${port.protocol} ${comment(port.label)} -m ${port.protocol} -j DNAT --to-destination ${endpoint.ip}:${endpoint.port}`,
    ],
  }));
}

function clusterIPRule(port: ChainedPort): string {
  const { clusterIP, protocol, label } = port;
  return `-d ${clusterIP}/32 -p ${protocol} ${comment(`${label} service address`)} -m ${protocol} --dport ${port.port} -j ${port.chain}`;
}

function nodePortRules(port: ChainedPort): string[] {
  if (port.nodePort === null) return [];
  const match = `-p ${port.protocol} ${comment(`${port.label} node port`)} -m ${port.protocol} --dport ${port.nodePort}`;
  return [`${match} -j ${CHAIN.markMasquerade}`, `${match} -j ${port.chain}`];
}

/** The way from service addresses and node ports to endpoints, as kube-proxy goes it: a chain for each port, in it a lot drawn for each endpoint. */
export function dispatch(
  ports: readonly ServicePort[],
  serviceCidrs: readonly string[],
  ownEndpoints: ReadonlySet<string>,
): IptablesFragment {
  const served = ports.filter(({ internal }) => internal.endpoints.length > 0).map(chained);
  const { destination, type } = LOCAL_ADDRESS;
  return {
    table: 'nat',
    jumps: [jump('PREROUTING', CHAIN.services, 'services'), jump('OUTPUT', CHAIN.services, 'services')],
    chains: [
      {
        name: CHAIN.services,
        rules: [
          ...serviceCidrs.map((cidr) => `-d ${cidr} ${comment('to a service address: masquerade?')} -j ${CHAIN.fromWhom}`),
          ...served.map(clusterIPRule),
          `${destination} ${comment('after services: at any address of this node')} ${type} -j ${CHAIN.nodePorts}`,
        ],
      },
      { name: CHAIN.nodePorts, rules: served.flatMap(nodePortRules) },
      ...served.map(serviceChoice),
      ...served.flatMap((port) => endpointTranslations(port, ownEndpoints)),
    ],
  };
}
