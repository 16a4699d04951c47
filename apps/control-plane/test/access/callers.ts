import pg from 'pg';
import type { Plane } from '../harness/plane.ts';

/** Text of a token of each kind there is, by what it is; null: none is sent. */
export type Callers = Readonly<Record<string, string | null>>;

interface Wanted {
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'viewer';
  readonly namespaces?: readonly string[];
}

/** Makes an API token and gives its text and id. */
export async function makeToken(plane: Plane, wanted: Wanted): Promise<{ readonly id: string; readonly token: string }> {
  return (await plane.api.ok('POST /tokens', { body: wanted })).body;
}

/** Lets a token's time be over: nobody waits a minute for that. */
export async function expire(plane: Plane, id: string): Promise<void> {
  const client = new pg.Client({ connectionString: plane.databaseUrl });
  await client.connect();
  await client.query("UPDATE token SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
  await client.end();
}

/** People who may come: strangers, those of each role, those of one namespace, and those whose time is over. */
export async function makeCallers(plane: Plane, namespace: string): Promise<Callers> {
  const of = async (wanted: Wanted) => (await makeToken(plane, wanted)).token;
  const expired = await makeToken(plane, { name: 'expired', role: 'admin' });
  await expire(plane, expired.id);
  const revoked = await makeToken(plane, { name: 'revoked', role: 'admin' });
  await plane.api.ok(`DELETE /tokens/${revoked.id}`);
  const namespaces = [namespace];
  return {
    stranger: null,
    unknown: 'weft_user_nobody-has-issued-this-one',
    expired: expired.token,
    revoked: revoked.token,
    viewer: await of({ name: 'viewer', role: 'viewer' }),
    operator: await of({ name: 'operator', role: 'operator' }),
    admin: await of({ name: 'administrator', role: 'admin' }),
    'viewer of one': await of({ name: 'viewer-of-one', role: 'viewer', namespaces }),
    'operator of one': await of({ name: 'operator-of-one', role: 'operator', namespaces }),
    'admin of one': await of({ name: 'admin-of-one', role: 'admin', namespaces }),
  };
}
