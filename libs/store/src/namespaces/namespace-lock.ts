import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';

/** Locks the namespace an object is to be created in. Throws ProblemError ValidationFailed when there is none of that name. */
export async function lockNamespace(tables: Tables, name: string, mode: 'shared' | 'exclusive'): Promise<void> {
  await lock(tables, `namespace:${name}`, mode);
  const namespace = await tables.namespace.findUnique({ where: { name }, select: { id: true } });
  if (namespace === null) throw invalid('/namespace', 'NotFound', `there is no namespace ${name}`);
}
