import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { ApiError } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';

/** What is wrong, for somebody who has just typed a token. */
const reasonOf = (error: unknown): string =>
  error instanceof ApiError && error.status === 401 ? 'Nobody has this token, or it has expired.' : `${(error as Error).message}`;

/** Asks for a token until there is one that works. `failure` is why the last one does not. */
export function LoginPage({ enter, failure }: { enter: (token: string) => Promise<void>; failure: unknown }) {
  const [token, setToken] = useState('');
  const [error, setError] = useState<unknown>(failure);
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    await enter(token.trim()).catch(setError);
    setBusy(false);
  }

  return (
    <main className="login">
      <Paper component="form" withBorder p="xl" onSubmit={submit}>
        <Stack>
          <Title order={1}>weft</Title>
          <Text>
            Show an API token. <code>weft env</code> prints the one of a fleet on this machine; <code>weft token create</code> makes others.
          </Text>
          <PasswordInput
            label="Token"
            autoFocus
            autoComplete="off"
            required
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={error ? reasonOf(error) : null}
          />
          <Button type="submit" loading={busy}>
            Enter
          </Button>
          <Text size="sm" c="dimmed">
            The token stays in this tab and is forgotten when it is closed.
          </Text>
        </Stack>
      </Paper>
    </main>
  );
}
