import { createClient, dataOf, type WeftClient } from '@weft/sdk';
import { createContext, useContext } from 'react';
import type { Caller } from '../api.ts';

/** Who looks, and how they ask. */
export interface Session {
  readonly client: WeftClient;
  readonly caller: Caller;
  /** Forgets the token. */
  readonly leave: () => void;
}

const Context = createContext<Session | null>(null);

export const SessionProvider = Context.Provider;

/** The session of whoever has shown a token. Throws outside of one. */
export function useSession(): Session {
  const session = useContext(Context);
  if (session === null) throw new Error('there is no session here');
  return session;
}

/** Asks the control plane that served this page who has that token. Throws ApiError 401 when nobody has. */
export async function sessionOf(token: string): Promise<Omit<Session, 'leave'>> {
  const client = createClient({ url: `${location.origin}/v1`, token });
  return { client, caller: await dataOf(client.GET('/whoami')) };
}
