import type { ExecutorStatus } from '../passes/executor.ts';

/** How long something that should happen every few seconds may not have happened. */
const OVERDUE_MS = 60_000;

const recent = (at: number | null, now: number) => at !== null && now - at < OVERDUE_MS;

/**
 * True while this node does what it is told: its host was as wanted a minute ago at the latest. That the control plane is away does not matter, nor should it: traffic
 * must not be led away from every node at once because nobody gives orders.
 */
export function isInShape({ lastConvergedAt }: Pick<ExecutorStatus, 'lastConvergedAt'>, now: number): boolean {
  return recent(lastConvergedAt, now);
}

/** True while passes are made, however they end: what fails by itself is no reason to start the executor anew. */
export function isAlive({ lastPassAt }: Pick<ExecutorStatus, 'lastPassAt'>, now: number): boolean {
  return recent(lastPassAt, now);
}
