import { destinationKey, frontendKey, type IpvsDestination, type IpvsOp, type IpvsService } from '@weft/kernel';

/** Operations on virtual services: `put` makes and changes, `drop` takes away, new connections first. */
export interface IpvsChanges {
  readonly put: readonly IpvsOp[];
  readonly drop: readonly IpvsOp[];
}

const NOTHING: IpvsChanges = { put: [], drop: [] };

function sameSettings(a: IpvsService, b: IpvsService): boolean {
  return (
    a.scheduler === b.scheduler &&
    a.flags.join() === b.flags.join() &&
    a.persistence?.timeoutSeconds === b.persistence?.timeoutSeconds &&
    a.persistence?.netmask === b.persistence?.netmask
  );
}

const sameDestination = (a: IpvsDestination, b: IpvsDestination) => a.weight === b.weight && a.forwarding === b.forwarding;

/** True when two lists, each in its order, hold the same destinations in the same way. */
function sameDestinations(a: readonly IpvsDestination[], b: readonly IpvsDestination[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => {
      const other = b[at];
      return other !== undefined && one.ip === other.ip && one.port === other.port && sameDestination(one, other);
    })
  );
}

const byKey = (destinations: readonly IpvsDestination[]) =>
  new Map(destinations.map((destination) => [destinationKey(destination), destination]));

function newService(service: IpvsService): IpvsOp[] {
  const { frontend, destinations } = service;
  return [{ op: 'service-add', service }, ...destinations.map((destination): IpvsOp => ({ op: 'destination-add', frontend, destination }))];
}

/** True for what takes a destination's new connections away. */
const quiets = (op: IpvsOp) => op.op === 'destination-edit' && op.destination.weight === 0;

function changedService(after: IpvsService, before: IpvsService): IpvsChanges {
  if (after === before) return NOTHING;
  if (sameSettings(after, before) && sameDestinations(after.destinations, before.destinations)) return NOTHING;
  const { frontend } = after;
  const [had, has] = [byKey(before.destinations), byKey(after.destinations)];
  const changed = after.destinations.flatMap((destination): IpvsOp[] => {
    const old = had.get(destinationKey(destination));
    if (old === undefined) return [{ op: 'destination-add', frontend, destination }];
    return sameDestination(old, destination) ? [] : [{ op: 'destination-edit', frontend, destination }];
  });
  return {
    put: [
      ...(sameSettings(after, before) ? [] : [{ op: 'service-edit', service: after } as const]),
      ...changed.filter((op) => !quiets(op)),
    ],
    drop: [
      ...changed.filter(quiets),
      ...before.destinations
        .filter((destination) => !has.has(destinationKey(destination)))
        .map((destination): IpvsOp => ({ op: 'destination-delete', frontend, destination })),
    ],
  };
}

/** What turns the observed virtual services into the desired ones. Services and destinations that both have are changed in place. */
export function diffIpvs(desired: readonly IpvsService[], observed: readonly IpvsService[]): IpvsChanges {
  if (desired === observed) return NOTHING;
  const before = new Map(observed.map((service) => [frontendKey(service.frontend), service]));
  const wanted = new Set(desired.map(({ frontend }) => frontendKey(frontend)));
  const changes = desired.map((service): IpvsChanges => {
    const old = before.get(frontendKey(service.frontend));
    return old === undefined ? { put: newService(service), drop: [] } : changedService(service, old);
  });
  return {
    put: changes.flatMap(({ put }) => put),
    drop: [
      ...changes.flatMap(({ drop }) => drop),
      ...observed
        .filter(({ frontend }) => !wanted.has(frontendKey(frontend)))
        .map(({ frontend }): IpvsOp => ({ op: 'service-delete', frontend })),
    ],
  };
}
