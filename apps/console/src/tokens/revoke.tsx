import { useQueryClient } from '@tanstack/react-query';
import type { Token } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { Asked } from '../show/asked.tsx';
import { When } from '../show/when.tsx';

/** Revokes a token, but for the one that is looked with: nobody is to lock themselves out by mistake. */
export function Revoke({ token: { id, name, lastUsedAt } }: { token: Token }) {
  const { client, caller } = useSession();
  const queries = useQueryClient();

  async function revoke() {
    await client.DELETE('/tokens/{id}', { params: { path: { id } } });
    await queries.invalidateQueries({ queryKey: ['tokens'] });
  }

  if (name === caller.name) return 'yours';
  return (
    <Asked
      label={`Revoke ${name}…`}
      title={`Revoke ${name}?`}
      confirm={`Revoke ${name}`}
      permission="token.write"
      size="compact-sm"
      act={revoke}
    >
      Whatever uses it is refused from now on; it was last used: <When at={lastUsedAt} />. It cannot be taken back: make another one
      instead.
    </Asked>
  );
}
