import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';

/** Locks the namespace an object is to be created in. Throws ProblemError ValidationFailed when there is none of that name. */
export async function lockNamespace(tables: Tables, name: string, mode: 'shared' | 'exclusive'): Promise<void> {
  const [, there] = await Promise.all([
    lock(tables, `namespace:${name}`, mode),
    tables.$executeRaw`SELECT FROM namespace WHERE name = ${name}`,
  ]);
  if (there === 0) throw invalid('/namespace', 'NotFound', `there is no namespace ${name}`);
}
