import { Alert, Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import type { IssuedToken, TokenCreate } from '../api.ts';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Copied } from '../show/copied.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';

const DAY_SECONDS = 86_400;

/** How long a token holds when nothing else is said, and at most, in days (docs/howto/access.md). */
const DAYS = { usual: 90, max: 366 };

const ROLES = [
  { value: 'viewer', label: 'viewer: only reads' },
  { value: 'operator', label: 'operator: the daily work' },
  { value: 'admin', label: 'admin: everything' },
] as const;

type Role = (typeof ROLES)[number]['value'];

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** The text of a new token, as long as it is wanted. */
function Issued({ token: { name, role, token, expiresAt }, done }: { token: IssuedToken; done: () => void }) {
  return (
    <Alert title={`${name}, ${role}: its text, shown once`}>
      <Copied text={token} label="Copy the token" />
      <p>
        It is kept nowhere: who loses it makes another one. It holds until <When at={expiresAt} />.
      </p>
      <Button variant="default" onClick={done}>
        I have it
      </Button>
    </Alert>
  );
}

/** Makes a token, and shows its text until whoever made it has it. */
export function MakeToken() {
  const { client } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [namespaces, setNamespaces] = useState('');
  const [days, setDays] = useState<number | string>(DAYS.usual);
  const make = useMutation({
    mutationFn: (body: TokenCreate) => dataOf(client.POST('/tokens', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const names = namesIn(namespaces);
    make.mutate({
      name: name.trim(),
      role,
      namespaces: names.length === 0 ? null : names,
      expiresInSeconds: (Number(days) || DAYS.usual) * DAY_SECONDS,
    });
  }

  return (
    <>
      <form className="form-row" onSubmit={submit}>
        <TextInput
          label="Name"
          description="Who or what will use it"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Role"
          data={[...ROLES]}
          value={role}
          onChange={(event) => setRole(ROLES.find(({ value }) => value === event.currentTarget.value)?.value ?? 'viewer')}
        />
        <TextInput
          label="Namespaces"
          description="With commas. Left empty: all"
          value={namespaces}
          onChange={(event) => setNamespaces(event.currentTarget.value)}
        />
        <NumberInput label="Days" className="number" min={1} max={DAYS.max} value={days} onChange={setDays} />
        <PermittedButton permission="token.write" type="submit" loading={make.isPending}>
          Make a token
        </PermittedButton>
      </form>
      <Problem error={make.error} />
      {make.data === undefined ? null : <Issued token={make.data} done={make.reset} />}
    </>
  );
}
