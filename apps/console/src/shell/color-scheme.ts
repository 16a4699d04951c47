import { useSyncExternalStore } from 'react';

export type Scheme = 'light' | 'dark';

const KEY = 'weft-colours';
const SYSTEM = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** What was chosen here, or what the system wants. */
function current(): Scheme {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return SYSTEM.matches ? 'dark' : 'light';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  SYSTEM.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    SYSTEM.removeEventListener('change', listener);
  };
}

function toggle(): void {
  localStorage.setItem(KEY, current() === 'dark' ? 'light' : 'dark');
  for (const listener of listeners) listener();
}

/** Dark or light, and what changes it. Without Mantine's own hook, which writes a style element into the page; the policy lets none through. */
export const useColorScheme = (): { readonly scheme: Scheme; readonly toggle: () => void } => ({
  scheme: useSyncExternalStore(subscribe, current),
  toggle,
});
