import type { IptablesChain } from '@weft/kernel';
import type { DesiredPod } from '@weft/model';
import { CHAIN } from './chain-names.ts';
import { comment } from './rule-text.ts';

/** The first address of the /28 that an address is in. */
function neighbourhood(ip: string): string {
  const dot = ip.lastIndexOf('.');
  const host = Number(ip.slice(dot + 1));
  return `${ip.slice(0, dot)}.${host - (host % 16)}`;
}

/**
 * Chains for pods that meet themselves behind a service, which would otherwise answer themselves directly: a packet whose source is its destination can only
 * have been translated. Parted by /28, so that connections between pods do not pass a rule for each pod of the node.
 */
export function hairpin(pods: readonly DesiredPod[]): IptablesChain[] {
  const near = new Map<string, string[]>();
  for (const ip of pods.map((pod) => pod.ip).sort()) near.set(neighbourhood(ip), [...(near.get(neighbourhood(ip)) ?? []), ip]);
  const chainOf = (net: string) => `${CHAIN.hairpin}-${net.replaceAll('.', '-')}`;
  return [
    { name: CHAIN.hairpin, rules: Array.from(near.keys(), (net) => `-s ${net}/28 -d ${net}/28 -j ${chainOf(net)}`) },
    ...Array.from(near, ([net, ips]) => ({
      name: chainOf(net),
      rules: ips.map((ip) => `-s ${ip}/32 -d ${ip}/32 ${comment('a pod that reaches itself through a service')} -j ${CHAIN.masquerade}`),
    })),
  ];
}
