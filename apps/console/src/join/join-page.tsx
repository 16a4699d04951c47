import { Alert, Checkbox, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import { Link } from 'wouter';
import type { JoinTokenIssued } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Approval } from '../nodes/approval.tsx';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Copied } from '../show/copied.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';

const LOOK_EVERY_MS = 1_000;

/** Who came with a token, and how it is. */
function Arrival({ token: { id } }: { token: JoinTokenIssued }) {
  const { client } = useSession();
  const { byId } = useLive('/nodes');
  const token = useQuery({
    queryKey: ['join-token', id],
    queryFn: () => dataOf(client.GET('/join-tokens/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.status.usedBy == null ? LOOK_EVERY_MS : false),
  });
  const usedBy = token.data?.status.usedBy ?? null;
  if (usedBy === null) return <output className="phase">Waiting for the host…</output>;
  const node = byId.get(usedBy.id);
  return (
    <div className="form-row" role="status">
      <Link href={`/nodes/${usedBy.id}`}>{usedBy.name}</Link> joined.
      {node === undefined ? null : (
        <>
          <Phase phase={node.status.phase} />
          <Approval node={node} />
        </>
      )}
    </div>
  );
}

function Steps({ token }: { token: JoinTokenIssued }) {
  const join = `/opt/weft/weft node join --url ${location.origin}${token.nodeName === null ? ' --name <name>' : ''}`;
  return (
    <Stack>
      <Title order={2} size="h4">
        2. On the host, as root
      </Title>
      <p>Look first; this changes nothing. The token is typed or piped in, so that it is in no list of processes.</p>
      <Copied text={`${join} --dry-run`} label="Copy the look" />
      <Copied text={join} label="Copy the command" />
      <Alert title="The token, shown once">
        <Copied text={token.token} label="Copy the token" />
        It is good for one host, until <When at={token.expiresAt} />.
      </Alert>
      <p>Then start the executor:</p>
      <Copied
        text={'cp /opt/weft/deploy/systemd/weft-node-executor.service /etc/systemd/system/\nsystemctl enable --now weft-node-executor'}
        label="Copy both lines"
      />
      <Title order={2} size="h4">
        3. It arrives
      </Title>
      <Arrival token={token} />
    </Stack>
  );
}

/** Lets a host join: makes a token, says what to do with it on the host, and watches it arrive. */
export function JoinPage() {
  const { client } = useSession();
  const [name, setName] = useState('');
  const [approval, setApproval] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      dataOf(
        client.POST('/join-tokens', { body: { requireApproval: approval, ...(name.trim() === '' ? {} : { nodeName: name.trim() }) } }),
      ),
  });

  function submit(event: SubmitEvent) {
    event.preventDefault();
    make.mutate();
  }

  return (
    <Page title="Join">
      <Title order={2} size="h4">
        1. A token for one host
      </Title>
      <form className="form-row" onSubmit={submit}>
        <TextInput
          label="Name of the node"
          description="Left empty: the host says it"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox label="Wait for my approval" checked={approval} onChange={(event) => setApproval(event.currentTarget.checked)} />
        <PermittedButton permission="join-token.write" type="submit" loading={make.isPending}>
          Make a token
        </PermittedButton>
      </form>
      <Problem error={make.error} />
      {make.data === undefined ? null : <Steps key={make.data.id} token={make.data} />}
    </Page>
  );
}
