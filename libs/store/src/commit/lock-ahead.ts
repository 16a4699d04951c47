import type { Tables } from '../database/database.ts';
import { type LockName, lock } from '../database/locks.ts';

/**
 * Takes, in their order (see locks.ts), the locks that changes in these namespaces may come to need: whoever has written one change holds the revision
 * counter, and would wait in a circle for a lock whose holder waits for the counter. What is left, rows of nodes and pods, is seldom waited for,
 * and the database ends such a circle.
 */
export async function lockAhead(tables: Tables, namespaces: readonly string[]): Promise<void> {
  const names = [...new Set(namespaces)].sort();
  const ahead: LockName[] = [
    ...names.map((name) => `namespace:${name}` as const),
    'fleet-backends',
    'node-ports',
    'external-addresses',
    ...names.map((name) => `quota:${name}` as const),
  ];
  for (const name of ahead) await lock(tables, name);
}
