import type { NodeProgress } from '@weft/model';
import type { Concerns } from '../request-context.ts';
import type { NodeStanding } from './fleet.ts';

const NAMES_MAX = 20;

/**
 * How far a revision has come on the nodes it concerns. Each of them is one of applied, frozen, failed and stale. A node that never joined has
 * no dataplane that could be behind and is not counted.
 */
export function progressOf(fleet: readonly NodeStanding[], revision: number, concerns: Concerns): NodeProgress {
  const concerned = fleet.filter(({ joined, name }) => joined && (concerns === 'all' || concerns.includes(name)));
  const behind = concerned.filter((node) => node.appliedRevision < revision);
  const frozen = behind.filter((node) => node.frozen).length;
  const failed = behind.filter((node) => !node.frozen && node.failure !== null).length;
  return {
    desired: concerned.length,
    applied: concerned.length - behind.length,
    failed,
    stale: behind.length - failed - frozen,
    frozen,
    waitingFor: behind.slice(0, NAMES_MAX).map((node) => node.name),
  };
}
