import type { Database } from '../database/database.ts';
import { newId } from '../new-id.ts';
import type { TokenStore } from '../store.ts';
import { authenticate } from './authenticate.ts';

export function tokenStore(database: Database): TokenStore {
  return {
    authenticate: (sha256) => authenticate(database, sha256),

    ensureAdmin: (name, sha256) =>
      database.transaction(async (tables) => {
        const id = newId('token');
        // The same text may have been issued under another name before it was put into the file.
        await tables.$executeRaw`DELETE FROM token WHERE sha256 = ${sha256} AND name <> ${name}`;
        await tables.$executeRaw`
          INSERT INTO token (id, name, role, sha256) VALUES (${id}, ${name}, 'admin', ${sha256})
          ON CONFLICT (name) WHERE node_id IS NULL AND revoked_at IS NULL
          DO UPDATE SET sha256 = EXCLUDED.sha256, role = 'admin', namespaces = NULL, expires_at = NULL, created_by = NULL`;
      }),
  };
}
