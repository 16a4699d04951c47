import type { DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { sharedNames } from '../ownership/service-objects.ts';

/** Services that a change is about, as they were and as they are. */
export interface ServiceChange {
  readonly before: readonly DesiredService[];
  readonly after: readonly DesiredService[];
}

/**
 * Of the services that stay as they are, some that have whatever changed ones begin or cease to have and share with any of them: with these few beside the changed
 * ones, a state shows of a change what the whole one does.
 */
export function witnesses(
  fleet: Pick<DesiredState, 'nodes' | 'cluster'>,
  node: DesiredNode,
  { before, after }: ServiceChange,
  unchanged: Iterable<DesiredService>,
): DesiredService[] {
  const shared = sharedNames(fleet, node);
  const [had, has] = [new Set(before.flatMap(shared)), new Set(after.flatMap(shared))];
  const open = new Set([...[...had].filter((name) => !has.has(name)), ...[...has].filter((name) => !had.has(name))]);
  const found: DesiredService[] = [];
  for (const service of unchanged) {
    if (open.size === 0) break;
    if (shared(service).filter((name) => open.delete(name)).length > 0) found.push(service);
  }
  return found;
}
