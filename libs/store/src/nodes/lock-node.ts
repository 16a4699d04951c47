import type { Tables } from '../database/database.ts';
import type { NodeModel } from '../generated/models.ts';
import { found } from '../read/not-found.ts';

/** Locks a node's row; `UPDATE` also keeps pods from being created on it. Throws ProblemError NotFound. */
export async function lockNode(tables: Tables, id: string, strength: 'NO KEY UPDATE' | 'UPDATE'): Promise<NodeModel> {
  if (strength === 'UPDATE') await tables.$executeRaw`SELECT 1 FROM node WHERE id = ${id} FOR UPDATE`;
  else await tables.$executeRaw`SELECT 1 FROM node WHERE id = ${id} FOR NO KEY UPDATE`;
  return found(await tables.node.findUnique({ where: { id } }), 'node', id);
}
