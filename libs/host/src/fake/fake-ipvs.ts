import {
  byKey,
  destinationKey,
  frontendKey,
  type IpvsDestination,
  type IpvsFrontend,
  type IpvsOp,
  type IpvsService,
  keyOf,
} from '@weft/kernel';
import { FakeRefusal } from './fake-state.ts';

const sameFrontend = (a: IpvsFrontend, b: IpvsFrontend) => frontendKey(a) === frontendKey(b);
const sameDestination = (a: IpvsDestination, b: IpvsDestination) => destinationKey(a) === destinationKey(b);

function addService(services: readonly IpvsService[], service: IpvsService): readonly IpvsService[] {
  if (services.some(({ frontend }) => sameFrontend(frontend, service.frontend))) throw new FakeRefusal('Service already exists');
  return [...services, { ...service, destinations: [] }];
}

/** The services with one of them changed. */
function change(
  services: readonly IpvsService[],
  frontend: IpvsFrontend,
  to: (service: IpvsService) => IpvsService,
): readonly IpvsService[] {
  if (!services.some((service) => sameFrontend(service.frontend, frontend))) throw new FakeRefusal('No such service');
  return services.map((service) => (sameFrontend(service.frontend, frontend) ? to(service) : service));
}

function addDestination(service: IpvsService, destination: IpvsDestination): IpvsService {
  if (service.destinations.some((other) => sameDestination(other, destination))) throw new FakeRefusal('Destination already exists');
  return { ...service, destinations: [...service.destinations, destination] };
}

function without(service: IpvsService, destination: IpvsDestination): IpvsService {
  const destinations = service.destinations.filter((other) => !sameDestination(other, destination));
  if (destinations.length === service.destinations.length) throw new FakeRefusal('No such destination');
  return { ...service, destinations };
}

/** What one line of `ipvsadm -R` makes of a host's virtual services. Throws FakeRefusal where the tool says that it could not. */
export function runIpvsOp(services: readonly IpvsService[], op: IpvsOp): readonly IpvsService[] {
  switch (op.op) {
    case 'service-add':
      return addService(services, op.service);
    case 'service-edit':
      return change(services, op.service.frontend, ({ destinations }) => ({ ...op.service, destinations }));
    case 'service-delete':
      change(services, op.frontend, (service) => service);
      return services.filter(({ frontend }) => !sameFrontend(frontend, op.frontend));
    case 'destination-add':
      return change(services, op.frontend, (service) => addDestination(service, op.destination));
    case 'destination-edit':
      return change(services, op.frontend, (service) => addDestination(without(service, op.destination), op.destination));
    case 'destination-delete':
      return change(services, op.frontend, (service) => without(service, op.destination));
  }
}

/** Services as looking at a host tells them: ordered, and nobody connects to this one, so those of weight 0 have no connections. */
export function observedIpvs(services: readonly IpvsService[]): IpvsService[] {
  const seen = services.map((service) => ({
    ...service,
    destinations: byKey(
      destinationKey,
      service.destinations.map((destination) => (destination.weight > 0 ? destination : { connections: 0, ...destination })),
    ),
  }));
  return byKey(keyOf.ipvs, seen);
}
