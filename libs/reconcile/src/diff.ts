import { type BridgeOp, type IpOp, keyOf, type Link, type NodeConfig, type Step } from '@weft/kernel';
import { ipsetSteps, ipvsSteps } from './blocks.ts';
import { withoutLinks, withoutNeighbours, withoutNetns } from './cascade.ts';
import { changes } from './changes.ts';
import { diffServices } from './diff-services.ts';
import { withDraining } from './ipvs/draining.ts';
import { diffNetwork, dropNear, dropRoutes, putNear, putRoutes, within } from './network/addresses-and-routes.ts';
import { diffLinks, type LinkChanges, linksToReplace } from './network/links.ts';
import { diffSysctls, linkOfSysctl } from './network/sysctls.ts';
import { diffWorkloads } from './network/workloads.ts';

function ip(netns: string | null, ops: readonly IpOp[]): Step[] {
  return ops.length > 0 ? [{ tool: 'ip', netns, ops }] : [];
}

function bridge(ops: readonly BridgeOp[]): Step[] {
  return ops.length > 0 ? [{ tool: 'bridge', ops }] : [];
}

/** One batch for each pod whose inside has to change. */
function insidePods(config: NodeConfig, opsFor: (netns: string) => readonly IpOp[]): Step[] {
  return config.netns.flatMap(({ name }) => ip(name, opsFor(name)));
}

function sysctlSteps(desired: NodeConfig, observed: NodeConfig, ofLinks: boolean): Step[] {
  const due = diffSysctls(desired, observed).filter((sysctl) => (linkOfSysctl(sysctl.key) !== null) === ofLinks);
  const places = [...new Set(due.map(({ netns }) => netns))];
  return places.map((netns) => ({ tool: 'sysctl', netns, sysctls: within(netns, due) }));
}

/** Link ends whose MAC is going to be set. */
function endsWithNewMac({ set, setPeer }: LinkChanges): { readonly netns: string | null; readonly name: string }[] {
  return [
    ...set.filter(({ setMac }) => setMac).map(({ link }) => link),
    ...setPeer.filter(({ setMac }) => setMac).map(({ link }) => link.peer),
  ];
}

/** Two steps as the runs of their tool that they come to: one process less each time that they are one. */
function runsOf(one: Step, next: Step): Step[] {
  if (one.tool === 'ip' && next.tool === 'ip' && one.netns === next.netns) return [{ ...one, ops: [...one.ops, ...next.ops] }];
  if (one.tool === 'ipvs' && next.tool === 'ipvs') return ipvsSteps([...one.ops, ...next.ops]);
  if (one.tool === 'ipset' && next.tool === 'ipset') return ipsetSteps([...one.ops, ...next.ops]);
  return [one, next];
}

/** Joins neighbouring steps that one process can do, in their order. */
function coalesce(steps: readonly Step[]): Step[] {
  const runs: Step[] = [];
  for (const step of steps) {
    const last = runs.pop();
    runs.push(...(last === undefined ? [step] : runsOf(last, step)));
  }
  return runs;
}

/** The steps of a difference: those that make things, and those that take things away when nothing leads to them any more. */
export interface StepParts {
  readonly making: readonly Step[];
  readonly taking: readonly Step[];
}

/**
 * The steps that bring a host from what is observed to what is desired, in an order in which new ways stand before old ones fall; in two parts, for whoever has
 * something to do between them.
 *
 * Making: settings, namespaces, new links, settings of links, the inside of each pod (one batch each), then the host's side: links in place,
 * addresses, neighbours, forwarding entries and last the routes that use them (else the kernel would ask the wire for the neighbour);
 * service rules; workloads. A pod is changed inside before its host side, and its port in one batch with its route, so that moving it between
 * bridge and routed leaves it reachable.
 * Taking away, in the reverse order: workloads, the service rules of a backend that is left, routes, forwarding entries, neighbours,
 * addresses, links, namespaces. What still has connections of IPVS stays until they end (see withDraining). What goes with a link or namespace is not taken away by itself. Equal configurations give no step; the empty
 * configuration removes every trace of us but kernel settings.
 */
export function diffInParts(asked: NodeConfig, observed: NodeConfig): StepParts {
  const desired = withDraining(asked, observed);
  const replaced = linksToReplace(desired.links, observed.links);
  const left = withoutLinks(observed, replaced);
  const links = diffLinks(desired.links, left.links);
  const netns = changes(keyOf.netns, desired.netns, observed.netns);
  const dropped = new Set(netns.drop.map(({ name }) => name));

  const beforeMaking = withoutNeighbours(left, endsWithNewMac(links));
  const making = diffNetwork(desired, beforeMaking);
  const beforeTaking = withoutNetns(withoutLinks(beforeMaking, links.drop), dropped);
  const taking = diffNetwork(desired, beforeTaking);
  const services = diffServices(desired, observed);
  const workloads = diffWorkloads(desired.workloads, observed.workloads);
  const setLinks = (which: (link: Link) => boolean) =>
    links.set.filter(({ link }) => which(link)).map((change): IpOp => ({ op: 'link-set', ...change }));

  const makes: Step[] = [
    ...sysctlSteps(desired, left, false),
    ...(netns.put.length > 0 ? [{ tool: 'netns-add', names: netns.put.map(({ name }) => name) } as const] : []),
    ...ip(null, [
      ...replaced.map((link): IpOp => ({ op: 'link-delete', link })),
      ...links.add.map((link): IpOp => ({ op: 'link-add', link })),
    ]),
    ...sysctlSteps(desired, left, true),
    ...insidePods(desired, (pod) => [
      ...links.setPeer.filter(({ link }) => link.peer.netns === pod).map((change): IpOp => ({ op: 'peer-set', ...change })),
      ...putNear(pod, making),
      ...putRoutes(pod, making),
    ]),
    ...ip(null, [...setLinks(({ kind }) => kind !== 'veth'), ...putNear(null, making)]),
    ...bridge(changes(keyOf.fdb, desired.fdb, beforeMaking.fdb).put.map((entry) => ({ op: 'fdb-replace', entry }))),
    ...ip(null, [...setLinks(({ kind }) => kind === 'veth'), ...putRoutes(null, making)]),
    ...services.put,
    ...workloads.put,
  ];
  const takes: Step[] = [
    ...workloads.drop,
    ...services.drop,
    ...ip(null, dropRoutes(null, taking)),
    ...insidePods(desired, (pod) => [...dropRoutes(pod, taking), ...dropNear(pod, taking)]),
    ...bridge(changes(keyOf.fdb, desired.fdb, beforeTaking.fdb).drop.map((entry) => ({ op: 'fdb-delete', entry }))),
    ...ip(null, [...dropNear(null, taking), ...links.drop.map((link): IpOp => ({ op: 'link-delete', link }))]),
    ...(dropped.size > 0 ? [{ tool: 'netns-delete', names: [...dropped] } as const] : []),
  ];
  return { making: coalesce(makes), taking: coalesce(takes) };
}

/** The same steps in one list. */
export function diff(asked: NodeConfig, observed: NodeConfig): Step[] {
  const { making, taking } = diffInParts(asked, observed);
  return coalesce([...making, ...taking]);
}
