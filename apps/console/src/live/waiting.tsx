import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from '../show/problem.tsx';
import type { Snapshot } from './live-list.ts';

interface WaitingProps {
  readonly for: Snapshot<object> | readonly Snapshot<object>[];
  readonly children: ReactNode;
}

/** What one list is for, or several together, once all of it has come; until then, that it is waited for. */
export function Waiting({ for: those, children }: WaitingProps) {
  const lists = [those].flat();
  const refused = lists.find((list) => list.refused !== null)?.refused;
  if (refused) return <Problem error={refused} />;
  return lists.some(({ phase }) => phase === 'loading') ? <Loader aria-label="Loading" /> : children;
}
