import type { IptablesSharedRule } from '@weft/kernel';
import type { DesiredNode, DesiredService } from '@weft/model';
import { type ServicePort, serviceLabel } from '../../services/service-ports.ts';
import { outermost } from '../cidrs.ts';
import { addressBucket, nodePortBucket } from './bucket.ts';
import { CHAIN } from './chain-names.ts';
import { type IptablesFragment, jump } from './fragment.ts';
import type { KnownBuckets } from './known-buckets.ts';
import { toNodePorts } from './node-ports.ts';
import { comment, from, toPort } from './rule-text.ts';

const NEW = '-m conntrack --ctstate NEW ';

/** What answers a packet that a verdict is about. */
const TARGET = { reject: CHAIN.reject, drop: 'DROP' } as const;

/**
 * The frame of what answers at once what dispatch has led nowhere, instead of letting clients wait. TCP is reset rather than told by ICMP, of which the
 * kernel sends only about one a second to each peer (icmp_ratelimit in icmp(7)). Service addresses that no service has are dropped, or packets to them would
 * wander to the default gateway.
 */
export function refusal(serviceCidrs: readonly string[], node: DesiredNode): IptablesFragment {
  return {
    table: 'filter',
    jumps: [
      jump('INPUT', CHAIN.refusal, 'services without endpoints', NEW),
      jump('INPUT', CHAIN.nodePortRefusal, 'node ports without endpoints', NEW),
      jump('FORWARD', CHAIN.refusal, 'services without endpoints', NEW),
      jump('OUTPUT', CHAIN.refusal, 'services without endpoints', NEW),
    ],
    chains: [
      {
        name: CHAIN.refusal,
        rules: serviceCidrs.map((cidr) => `-d ${cidr} ${comment('still to a service address')} -j ${CHAIN.serviceIPs}`),
      },
      { name: CHAIN.serviceIPs, rules: [], last: [`${comment('no service has this address')} -j DROP`] },
      { name: CHAIN.nodePortRefusal, rules: toNodePorts(node, CHAIN.nodePorts) },
      { name: CHAIN.nodePorts, rules: [] },
      { name: CHAIN.reject, rules: ['-p tcp -j REJECT --reject-with tcp-reset', '-j REJECT --reject-with icmp-port-unreachable'] },
    ],
  };
}

const at = (known: KnownBuckets, root: string, address: string, rule: string): IptablesSharedRule => ({
  bucket: addressBucket(known, 'filter', root, address),
  rule,
});

/** Packets to load balancer addresses that get this far: from whom the source ranges do not allow, or nobody serves. */
function loadBalancerRefusal(
  { loadBalancerIPs, sourceRanges, external, protocol, port, label }: ServicePort,
  known: KnownBuckets,
): IptablesSharedRule[] {
  const { verdict } = external;
  const allowed = sourceRanges.length === 0 ? ['0.0.0.0/0'] : outermost(sourceRanges);
  return loadBalancerIPs.flatMap((ip) => [
    ...(verdict === 'balance'
      ? []
      : allowed.map((cidr) =>
          at(
            known,
            CHAIN.refusal,
            ip,
            `${from(cidr)}-d ${ip}/32 ${toPort(protocol, port, `${label} nobody behind it`)} -j ${TARGET[verdict]}`,
          ),
        )),
    ...(sourceRanges.length === 0
      ? []
      : [at(known, CHAIN.refusal, ip, `-d ${ip}/32 ${toPort(protocol, port, `${label} not for everybody`)} -j DROP`)]),
  ]);
}

function portRefusal(port: ServicePort, known: KnownBuckets): IptablesSharedRule[] {
  const { internal, external, clusterIP, externalIPs, loadBalancerIPs, nodePort, protocol, label } = port;
  // As it is for most services.
  if (internal.verdict === 'balance' && external.verdict === 'balance' && loadBalancerIPs.length === 0) return [];
  const nobody = `${label} nobody behind it`;
  const { verdict } = external;
  const rule = (address: string, target: string) => `-d ${address}/32 ${toPort(protocol, port.port, nobody)} -j ${target}`;
  return [
    ...(internal.verdict === 'drop' ? [at(known, CHAIN.serviceIPs, clusterIP, rule(clusterIP, TARGET.drop))] : []),
    ...(verdict === 'balance' ? [] : externalIPs.map((ip) => at(known, CHAIN.refusal, ip, rule(ip, TARGET[verdict])))),
    ...loadBalancerRefusal(port, known),
    ...(verdict === 'balance' || nodePort === null
      ? []
      : [
          {
            bucket: nodePortBucket(known, 'filter', protocol, nodePort),
            rule: `${toPort(protocol, nodePort, nobody)} -j ${TARGET[verdict]}`,
          },
        ]),
  ];
}

/** What a service refuses: ports that it does not have, or that nobody serves, by the way that the packet came. */
export function refusals(service: DesiredService, ports: readonly ServicePort[], known: KnownBuckets): IptablesSharedRule[] {
  const rest = `-d ${service.clusterIP}/32 ${comment(`${serviceLabel(service)} no such port, or nobody behind it`)} -j ${CHAIN.reject}`;
  return [...ports.flatMap((port) => portRefusal(port, known)), at(known, CHAIN.serviceIPs, service.clusterIP, rest)];
}
