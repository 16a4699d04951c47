import type { DesiredPull, DesiredService, DesiredState } from '@weft/model';

/** How a state's services came of another's. */
export interface ServiceDelta {
  readonly from: Pick<DesiredState, 'services'>;
  readonly pull: Pick<DesiredPull, 'services' | 'removed'>;
}

/** The services of a kind in the state that was seen last. */
export interface Followed {
  readonly services: DesiredState['services'];
  readonly ids: ReadonlySet<string>;
}

/**
 * Follows the services of a kind from the state seen last to the next. The set of their ids is the same value when the next state says nothing new of any of them;
 * where it is known how the state came of the last one, finding that out costs in proportion to what changed.
 */
export function follow(
  kind: (service: DesiredService) => boolean,
  before: Followed | null,
  { desired: { services }, delta }: { readonly desired: Pick<DesiredState, 'services'>; readonly delta: ServiceDelta | null },
): Followed {
  if (before !== null && (services === before.services || (delta?.from.services === before.services && !touches(kind, before, delta))))
    return { services, ids: before.ids };
  return { services, ids: new Set(services.filter(kind).map(({ id }) => id)) };
}

function touches(kind: (service: DesiredService) => boolean, { ids }: Followed, { pull }: ServiceDelta): boolean {
  return pull.services.some((service) => ids.has(service.id) || kind(service)) || pull.removed.some((id) => ids.has(id));
}
