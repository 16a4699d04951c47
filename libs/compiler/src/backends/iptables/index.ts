import {
  type IptablesContribution,
  type IptablesFrame,
  type IptablesOwnChain,
  type IptablesSharedRule,
  iptablesRuleset,
} from '@weft/kernel';
import type { DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { portsOf, serviceLabel } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { outermost } from '../cidrs.ts';
import { dispatch } from './dispatch.ts';
import { frameOf } from './fragment.ts';
import { invalidWithNodePorts } from './invalid.ts';
import { KnownBuckets } from './known-buckets.ts';
import { masquerade } from './masquerade.ts';
import { refusal, refusals } from './refusal.ts';
import { segmentSize } from './segment-size.ts';
import { type IptablesSurroundings, iptablesSurroundings } from './surroundings.ts';
import { counted, traffic } from './traffic.ts';
import { ways } from './ways.ts';

/** What is there whatever services there are. */
export function iptablesFrame({ cluster, pods }: Pick<DesiredState, 'cluster' | 'pods'>, node: DesiredNode): IptablesFrame {
  const podCidrs = outermost(cluster.podCidrs);
  const serviceCidrs = outermost(cluster.serviceCidrs);
  return frameOf([
    dispatch(serviceCidrs, node),
    masquerade(cluster, podCidrs, serviceCidrs, pods),
    segmentSize(podCidrs),
    invalidWithNodePorts(podCidrs, serviceCidrs, cluster, node),
    refusal(serviceCidrs, node),
    traffic(serviceCidrs),
  ]);
}

/** What one service adds. Depends on nothing but the service and its surroundings; `known` spares those that are compiled together some work. Throws SchedulerUnknown. */
export function iptablesContribution(
  service: DesiredService,
  surroundings: IptablesSurroundings,
  known: KnownBuckets = new KnownBuckets(),
): IptablesContribution {
  const ports = portsOf(service, surroundings.place);
  const chains: IptablesOwnChain[] = [];
  const shared: IptablesSharedRule[] = [];
  for (const port of ports) {
    const led = ways(port, surroundings, known);
    chains.push(...led.chains);
    shared.push(...led.shared);
  }
  shared.push(...refusals(service, ports, known));
  for (const port of ports) shared.push(...counted(port, known));
  return { label: serviceLabel(service), chains, shared };
}

/** Services as iptables chains after kube-proxy's, for hosts without nftables and people who know those. Works with either variant of the tool. */
export const iptables: ServiceBackend = {
  compile({ desired, node }) {
    const surroundings = iptablesSurroundings(desired, node);
    const known = new KnownBuckets();
    const contributions = desired.services.map((service) => iptablesContribution(service, surroundings, known));
    return { iptables: iptablesRuleset(iptablesFrame(desired, node), contributions) };
  },
};
