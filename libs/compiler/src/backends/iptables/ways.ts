import type { IptablesContribution, IptablesOwnChain, IptablesSharedRule } from '@weft/kernel';
import type { Destination } from '../../services/destinations.ts';
import type { ServicePort } from '../../services/service-ports.ts';
import { outermost } from '../cidrs.ts';
import { addressBucket, nodePortBucket } from './bucket.ts';
import { CHAIN, type OwnChains, ownChains } from './chain-names.ts';
import { choice } from './choice.ts';
import type { KnownBuckets } from './known-buckets.ts';
import { comment, FROM_THIS_NODE, from, toPort } from './rule-text.ts';
import { holdNode, type IptablesSurroundings } from './surroundings.ts';

const isBalanced = ({ verdict }: Destination) => verdict === 'balance';

const hasExternalWay = ({ nodePort, externalIPs, loadBalancerIPs }: ServicePort) =>
  nodePort !== null || externalIPs.length + loadBalancerIPs.length > 0;

/** True when not everybody may use the load balancer addresses. */
const isGuarded = ({ loadBalancerIPs, sourceRanges }: ServicePort) => loadBalancerIPs.length > 0 && sourceRanges.length > 0;

const chain = (name: string, rules: readonly string[]): IptablesOwnChain => ({ table: 'nat', name, rules });

/**
 * The chain of external ways. Everybody is masqueraded: an answer must come back through this node. Where the policy is Local, clients outside are not and
 * reach only this node's endpoints, which answer through this node anyway; pods and the node itself still reach all.
 */
function externalChain(port: ServicePort, own: OwnChains, { podCidrs }: IptablesSurroundings): IptablesOwnChain {
  if (!port.keepsSource) return chain(own.external, [`${comment(port.label)} -j ${CHAIN.markMasquerade}`, `-j ${own.cluster}`]);
  return chain(own.external, [
    `${comment(`${port.label} from this node`)} ${FROM_THIS_NODE} -j ${CHAIN.markMasquerade}`,
    `${FROM_THIS_NODE} -j ${own.cluster}`,
    ...podCidrs.map((cidr) => `${from(cidr)}${comment(`${port.label} from a pod`)} -j ${own.cluster}`),
    ...(isBalanced(port.external) ? [`${comment(`${port.label} from outside`)} -j ${own.local}`] : []),
  ]);
}

/**
 * The chain that lets through whom the source ranges allow; the others get to the filter. Where they allow the node, a load balancer address may be one of its
 * own and so the source of what it sends there (as in kube-proxy).
 */
function firewallChain(port: ServicePort, own: OwnChains, surroundings: IptablesSurroundings): IptablesOwnChain {
  const itself = holdNode(port.sourceRanges, surroundings) ? port.loadBalancerIPs.map((ip) => `${ip}/32`) : [];
  return chain(
    own.firewall,
    outermost([...port.sourceRanges, ...itself]).map((cidr) => `${from(cidr)}${comment(`${port.label} allowed`)} -j ${own.external}`),
  );
}

function toAddress(
  port: ServicePort,
  known: KnownBuckets,
  root: string,
  address: string,
  purpose: string,
  target: string,
): IptablesSharedRule {
  const rule = `-d ${address}/32 ${toPort(port.protocol, port.port, `${port.label} ${purpose}`)} -j ${target}`;
  return { bucket: addressBucket(known, 'nat', root, address), rule };
}

function externalWays(port: ServicePort, own: OwnChains, known: KnownBuckets): IptablesSharedRule[] {
  const { externalIPs, loadBalancerIPs, nodePort, protocol, label } = port;
  const loadBalancer = isGuarded(port) ? own.firewall : own.external;
  const atNode = (at: number): IptablesSharedRule => ({
    bucket: nodePortBucket(known, 'nat', protocol, at),
    rule: `${toPort(protocol, at, `${label} node port`)} -j ${own.external}`,
  });
  return [
    ...externalIPs.map((ip) => toAddress(port, known, CHAIN.services, ip, 'external address', own.external)),
    ...loadBalancerIPs.map((ip) => toAddress(port, known, CHAIN.services, ip, 'load balancer address', loadBalancer)),
    ...(nodePort === null ? [] : [atNode(nodePort)]),
  ];
}

/** The ways from the addresses of a service port to its endpoints. Where a way leads nowhere there is none: the packet gets to the filter as it is. */
export function ways(
  port: ServicePort,
  surroundings: IptablesSurroundings,
  known: KnownBuckets,
): Pick<IptablesContribution, 'chains' | 'shared'> {
  const own = ownChains(port);
  const opened = isBalanced(port.shortcut) && hasExternalWay(port);
  const used = opened ? [...new Set([port.internal, port.shortcut, port.external])] : [port.internal];
  const choiceOf = (way: Destination) => (way === port.shortcut ? own.cluster : own.local);
  return {
    chains: [
      ...used.filter(isBalanced).map((way) => chain(choiceOf(way), choice(port, way.endpoints))),
      ...(opened ? [externalChain(port, own, surroundings)] : []),
      ...(opened && isGuarded(port) ? [firewallChain(port, own, surroundings)] : []),
    ],
    shared: [
      ...(isBalanced(port.internal)
        ? [toAddress(port, known, CHAIN.serviceIPs, port.clusterIP, 'service address', choiceOf(port.internal))]
        : []),
      ...(opened ? externalWays(port, own, known) : []),
    ],
  };
}
