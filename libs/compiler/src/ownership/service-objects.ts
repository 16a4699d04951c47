import { iptablesContributed, ipvsContributed, nftContributed, rootOf, waysTo } from '@weft/kernel';
import type { Backend, DesiredNode, DesiredService, DesiredState, KernelObject } from '@weft/model';
import { iptablesContribution } from '../backends/iptables/index.ts';
import { iptablesSurroundings } from '../backends/iptables/surroundings.ts';
import { ipvsContribution } from '../backends/ipvs/contribution.ts';
import { ipvsSurroundings } from '../backends/ipvs/surroundings.ts';
import { nftContribution, nftSurroundings } from '../backends/nftables/index.ts';
import type { Place } from '../services/place.ts';

type Fleet = Pick<DesiredState, 'nodes' | 'cluster'>;

type NodeInFleet = readonly [fleet: Fleet, node: DesiredNode];

/** What a service comes to on a node. */
export type ServiceObjects = (service: DesiredService) => KernelObject[];

/** Names of those things of a service's that another service may have as well. */
export type SharedNames = (service: DesiredService) => string[];

/** What services depend on besides themselves. The zones of other nodes only concern who leads there and prefers what is near. */
interface Around {
  readonly place: Place;
}

/** What a backend's contributions of services come to. */
interface Contributing<Surroundings extends Around, Contribution> {
  surroundings(fleet: Fleet, node: DesiredNode): Surroundings;
  contribute(service: DesiredService, surroundings: Surroundings): Contribution;
  objects(contribution: Contribution): KernelObject[];
  shared(contribution: Contribution): string[];
}

/** The objects and the shared names of services on a node. */
interface Contributed {
  readonly around: Around;
  readonly objects: ServiceObjects;
  readonly shared: SharedNames;
}

const contributed =
  <S extends Around, C>({ surroundings, contribute, objects, shared }: Contributing<S, C>) =>
  (fleet: Fleet, node: DesiredNode): Contributed => {
    const around = surroundings(fleet, node);
    return {
      around,
      objects: (service) => objects(contribute(service, around)),
      shared: (service) => shared(contribute(service, around)),
    };
  };

/** Shared are chains that draw among equally many lots; buckets and the ways to them; addresses of a link, and elements of sets. */
const CONTRIBUTED: Readonly<Record<Backend, (fleet: Fleet, node: DesiredNode) => Contributed>> = {
  nftables: contributed({
    surroundings: nftSurroundings,
    contribute: nftContribution,
    objects: nftContributed,
    shared: ({ chains }) => chains.map(({ name }) => name),
  }),
  iptables: contributed({
    surroundings: iptablesSurroundings,
    contribute: iptablesContribution,
    objects: iptablesContributed,
    shared: ({ shared }) =>
      shared.flatMap(({ bucket }) =>
        [...waysTo(bucket)].flatMap((one) => [`${one.table} ${one.chain}`, `${one.table} ${rootOf(one)} ${one.way}`]),
      ),
  }),
  ipvs: contributed({
    surroundings: ipvsSurroundings,
    contribute: ipvsContribution,
    objects: ipvsContributed,
    shared: ({ addresses, elements }) => [
      ...addresses.map(({ cidr }) => cidr),
      ...elements.map(({ into, element }) => `${into} ${element}`),
    ],
  }),
};

/**
 * Says of single services what they come to on a node, what they share with others included, at a cost that does not depend on the others. Rules of chains that services
 * share are not in the order of the chain.
 */
export function serviceObjects(fleet: Fleet, node: DesiredNode): ServiceObjects {
  return CONTRIBUTED[node.backend](fleet, node).objects;
}

/** Says of single services which of their things on a node others may have as well. */
export function sharedNames(fleet: Fleet, node: DesiredNode): SharedNames {
  return CONTRIBUTED[node.backend](fleet, node).shared;
}

/** True when what surrounds services on a node is the same in two fleets: services come to the same, unless nodes that they lead to are in other zones. */
export function alikeToServices(before: NodeInFleet, after: NodeInFleet): boolean {
  const aroundOf = ([fleet, node]: NodeInFleet) => {
    const { place, ...rest } = CONTRIBUTED[node.backend](fleet, node).around;
    return JSON.stringify([node.backend, place.node, place.zone, rest]);
  };
  return aroundOf(before) === aroundOf(after);
}
