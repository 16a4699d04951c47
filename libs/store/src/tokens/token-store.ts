import type { Id } from '@weft/model';
import type { Database } from '../database/database.ts';
import { newId } from '../new-id.ts';
import type { Principal } from '../request-context.ts';
import type { TokenStore } from '../store.ts';

export function tokenStore(database: Database): TokenStore {
  return {
    authenticate: async (sha256) => {
      const row = await database.read((tables) =>
        tables.token.findUnique({ where: { sha256 }, include: { node: { select: { id: true, name: true } } } }),
      );
      if (row === null) return null;
      const node = row.node === null ? null : { id: row.node.id as Id<'node'>, name: row.node.name };
      return { tokenId: row.id, name: row.name, role: row.role as Principal['role'], node };
    },

    ensureAdmin: async (name, sha256) => {
      const id = newId('token');
      await database.read(
        (tables) => tables.$executeRaw`
          INSERT INTO token (id, name, role, sha256) VALUES (${id}, ${name}, 'admin', ${sha256})
          ON CONFLICT (name) WHERE node_id IS NULL AND revoked_at IS NULL
          DO UPDATE SET sha256 = EXCLUDED.sha256, role = 'admin', namespaces = NULL, expires_at = NULL, created_by = NULL`,
      );
    },
  };
}
