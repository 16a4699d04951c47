import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from '@weft/sdk';
import { useEffect, useMemo, useState } from 'react';
import { Router } from 'wouter';
import { Fleet } from './live/fleet.ts';
import { FleetProvider } from './live/use-live.ts';
import { Pages } from './pages.tsx';
import { LoginPage } from './session/login-page.tsx';
import { type Session, SessionProvider, sessionOf } from './session/session.tsx';
import { storedToken } from './session/token.ts';
import { useColorScheme } from './shell/color-scheme.ts';
import { Shell } from './shell/shell.tsx';
import { Starting } from './shell/starting.tsx';

const THEME = createTheme({ fontFamily: 'system-ui, sans-serif', fontFamilyMonospace: 'ui-monospace, monospace' });

/** What the API refuses once it refuses again; what broke may be tried again. */
const MAKE_QUERIES = () =>
  new QueryClient({
    defaultOptions: { queries: { retry: (times, error) => times < 2 && !(error instanceof ApiError), refetchOnWindowFocus: false } },
  });

function Inside({ session }: { session: Session }) {
  const fleet = useMemo(() => new Fleet(session.client), [session.client]);
  const queries = useMemo(MAKE_QUERIES, []);
  return (
    <SessionProvider value={session}>
      <QueryClientProvider client={queries}>
        <FleetProvider value={fleet}>
          <Router base="/console">
            <Shell>
              <Pages />
            </Shell>
          </Router>
        </FleetProvider>
      </QueryClientProvider>
    </SessionProvider>
  );
}

/** The console: who has shown a token sees the fleet. */
export function App() {
  const { scheme } = useColorScheme();
  const [session, setSession] = useState<Session | null>(null);
  const [known, setKnown] = useState(storedToken.read() !== null);
  const [failure, setFailure] = useState<unknown>(null);

  async function enter(token: string): Promise<void> {
    const made = await sessionOf(token);
    storedToken.keep(token);
    setSession({ ...made, leave });
  }

  function leave(): void {
    storedToken.forget();
    setSession(null);
  }

  useEffect(() => {
    const token = storedToken.read();
    if (token === null) return;
    enter(token)
      .catch(setFailure)
      .finally(() => setKnown(false));
  }, []);

  return (
    <MantineProvider theme={THEME} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false}>
      {session !== null ? <Inside session={session} /> : known ? <Starting /> : <LoginPage enter={enter} failure={failure} />}
    </MantineProvider>
  );
}
