import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Fleet } from './fleet.ts';
import type { LiveObject, LivePath, Snapshot } from './live-list.ts';

const Context = createContext<Fleet | null>(null);

export const FleetProvider = Context.Provider;

const NO_QUERY = {};

/** A list as it is now, drawn again when it changes. */
export function useLive<P extends LivePath>(path: P, query: Readonly<Record<string, string>> = NO_QUERY): Snapshot<LiveObject<P>> {
  const fleet = useContext(Context);
  if (fleet === null) throw new Error('there is no fleet here');
  const list = fleet.list(path, query);
  return useSyncExternalStore(list.subscribe, list.read);
}
