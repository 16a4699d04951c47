import type { DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { sharedNames } from '../ownership/service-objects.ts';

/** Services that a change is about, and what they stand in, before or after it. */
export interface ServicesOf {
  readonly fleet: Pick<DesiredState, 'nodes' | 'cluster'>;
  readonly node: DesiredNode;
  readonly services: readonly DesiredService[];
}

const sharedBy = ({ fleet, node, services }: ServicesOf) => new Set(services.flatMap(sharedNames(fleet, node)));

/**
 * Of the services that stay as they are, some that have whatever changed ones begin or cease to have and share with any of them: with these few beside the changed
 * ones, a state shows of a change what the whole one does.
 */
export function witnesses(before: ServicesOf, after: ServicesOf, unchanged: Iterable<DesiredService>): DesiredService[] {
  const [had, has] = [sharedBy(before), sharedBy(after)];
  const shared = sharedNames(after.fleet, after.node);
  const open = new Set([...[...had].filter((name) => !has.has(name)), ...[...has].filter((name) => !had.has(name))]);
  const found: DesiredService[] = [];
  for (const service of unchanged) {
    if (open.size === 0) break;
    if (shared(service).filter((name) => open.delete(name)).length > 0) found.push(service);
  }
  return found;
}
