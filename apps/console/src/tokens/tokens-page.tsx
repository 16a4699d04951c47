import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { list, type WeftClient } from '@weft/sdk';
import { useMemo } from 'react';
import type { Token } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { Page } from '../show/page.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';
import { MakeToken } from './make-token.tsx';
import { Revoke } from './revoke.tsx';

/** Who uses a token is told a minute late at most; there is no watch of tokens. */
const LOOK_EVERY_MS = 15_000;

/** Tokens in one page, the most that the API gives. */
const limit = 1000;

const COLUMNS: readonly Column<Token>[] = [
  { id: 'name', header: 'Name', accessorFn: ({ name }) => name },
  { id: 'role', header: 'Role', accessorFn: ({ role }) => role },
  { id: 'namespaces', header: 'Namespaces', accessorFn: ({ namespaces }) => namespaces?.join(', ') ?? 'all' },
  {
    id: 'used',
    header: 'Last used',
    accessorFn: ({ lastUsedAt }) => lastUsedAt ?? '',
    cell: ({ row }) => <When at={row.original.lastUsedAt} />,
  },
  {
    id: 'expires',
    header: 'Holds until',
    accessorFn: ({ expiresAt }) => expiresAt ?? '',
    cell: ({ row: { original } }) => (original.expiresAt === null ? 'replaced in its file' : <When at={original.expiresAt} />),
  },
  { id: 'by', header: 'Made with', accessorFn: ({ createdBy }) => createdBy ?? 'the file of the control plane' },
  { id: 'revoke', header: 'Revoke', enableSorting: false, cell: ({ row }) => <Revoke token={row.original} /> },
];

async function every(client: WeftClient): Promise<Token[]> {
  const tokens: Token[] = [];
  for await (const token of list(client, '/tokens', { query: { limit } })) tokens.push(token);
  return tokens;
}

/** The tokens that are not revoked, without their text. */
function useTokens() {
  const { client } = useSession();
  return useQuery({
    queryKey: ['tokens'],
    queryFn: () => every(client),
    refetchInterval: LOOK_EVERY_MS,
  });
}

/** API tokens: who has one, what it may do, and until when; makes one, and revokes one that got lost. */
export function TokensPage() {
  const tokens = useTokens();
  const rows = useMemo(() => tokens.data ?? [], [tokens.data]);
  return (
    <Page title="Tokens" about="Whoever has the text of a token can do what it may. One that is revoked stops working at once.">
      <MakeToken />
      <Problem error={tokens.error} />
      {tokens.isPending ? <Loader aria-label="Loading" /> : null}
      {tokens.data === undefined ? null : (
        <DataTable label="Tokens" columns={COLUMNS} rows={rows} rowId={({ id }) => id} empty="There is no token but yours." />
      )}
    </Page>
  );
}
