import { countingChain, IPTABLES_CHAIN_PREFIX, type IptablesBucket, type IptablesSharedRule } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import { CHAIN } from './chain-names.ts';
import { type IptablesFragment, jump } from './fragment.ts';
import type { KnownBuckets } from './known-buckets.ts';

/** A range as iptables-save prints it here: a single address without its prefix length. */
const asPrinted = (cidr: string) => cidr.replace(/\/32$/, '');

/**
 * The frame of counting: every packet of a translated connection, of both directions, is led to the rules that count for what it was first meant for, which
 * connection tracking knows of it. It passes here once, where it leaves the node or is for a process of it; never both times when it goes over loopback.
 */
export function traffic(serviceCidrs: readonly string[]): IptablesFragment {
  const translated = '-m conntrack --ctstate DNAT ';
  return {
    table: 'mangle',
    jumps: [
      jump('INPUT', CHAIN.traffic, 'traffic of services', translated, '! -i lo '),
      jump('POSTROUTING', CHAIN.traffic, 'traffic of services', translated),
    ],
    chains: [
      {
        name: CHAIN.traffic,
        // Service addresses are never a node's, so what is for one of them does not come back to be asked for node ports.
        rules: [
          ...serviceCidrs.map((cidr) => `-m conntrack --ctorigdst ${asPrinted(cidr)} -g ${CHAIN.trafficTo}`),
          `-j ${CHAIN.trafficTo}`,
        ],
      },
      { name: CHAIN.trafficTo, rules: [] },
    ],
  };
}

/** A bucket that leads on to smaller ones. Its way is one without return: what goes there is meant for nothing else. */
function between(from: string | IptablesBucket, name: string, match: string): IptablesBucket {
  const chain = `${IPTABLES_CHAIN_PREFIX}TO-${name}`;
  return { table: 'mangle', chain, from, way: `-m conntrack ${match} -g ${chain}` };
}

/** A bucket of rules that count. */
function counting(from: IptablesBucket, name: string, match: string): IptablesBucket {
  const chain = countingChain(name);
  return { table: 'mangle', chain, from, way: `-m conntrack ${match} -g ${chain}` };
}

/**
 * The bucket of an address, by 4 bits at a time. Here every packet comes by, not only the first of a connection, so buckets are smaller than those in which
 * services are found: it passes at most 16 rules for each step of 4 bits, and two for each port in the last, however many services there are.
 */
function addressBucket(known: KnownBuckets, address: string): IptablesBucket {
  const dot = address.lastIndexOf('.');
  const d = Number(address.slice(dot + 1)) & 240;
  return known.once(`counting ${d}`, address.slice(0, dot), () => {
    const [a, b, c = 0] = address.split('.').map(Number);
    const [net, name] = [`${a}.${b}`, `${a}-${b}`];
    const by20 = known.once('counting /20', `${net}.${c & 240}`, () =>
      between(CHAIN.trafficTo, `${name}-${c & 240}-0-20`, `--ctorigdst ${net}.${c & 240}.0/20`),
    );
    const by24 = known.once('counting /24', `${net}.${c}`, () => between(by20, `${name}-${c}-0-24`, `--ctorigdst ${net}.${c}.0/24`));
    return counting(by24, `${name}-${c}-${d}`, `--ctorigdst ${net}.${c}.${d}/28`);
  });
}

/** The bucket of a node port: of 256 neighbours, then of 16, of all protocols. */
function portBucket(known: KnownBuckets, port: number): IptablesBucket {
  const neighbours = (count: number) => {
    const first = port - (port % count);
    return { first, match: `--ctorigdstport ${first}:${first + count - 1}` };
  };
  const [many, few] = [neighbours(256), neighbours(16)];
  return known.once('counting ports', few.first, () => {
    const byMany = known.once('counting many ports', many.first, () => between(CHAIN.traffic, `PORTS-${many.first}`, many.match));
    return counting(byMany, `PORTS-${few.first}`, few.match);
  });
}

/** One rule for connections, which are not confirmed until their first packet has passed everything (`ctstatus` in iptables-extensions(8)), and one for all packets. */
function rules(bucket: IptablesBucket, protocol: string, match: string): IptablesSharedRule[] {
  const mine = `-p ${protocol} -m conntrack ${match}`;
  return [
    { bucket, rule: `${mine} ! --ctstatus CONFIRMED` },
    { bucket, rule: mine },
  ];
}

/**
 * What counting for a port adds, for each of its addresses and for its node port. It does not depend on endpoints, and rules that count come and go one by one, so
 * a port's counters grow as long as the port is there. What they are for says whose they are.
 */
export function counted(
  { clusterIP, externalIPs, loadBalancerIPs, protocol, port, nodePort }: ServicePort,
  known: KnownBuckets,
): IptablesSharedRule[] {
  const addresses =
    externalIPs.length + loadBalancerIPs.length === 0 ? [clusterIP] : [...new Set([clusterIP, ...externalIPs, ...loadBalancerIPs])];
  return [
    ...addresses.flatMap((address) => rules(addressBucket(known, address), protocol, `--ctorigdst ${address} --ctorigdstport ${port}`)),
    ...(nodePort === null ? [] : rules(portBucket(known, nodePort), protocol, `--ctorigdstport ${nodePort}`)),
  ];
}
