import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from '../show/problem.tsx';
import type { Snapshot } from './live-list.ts';

/** What a list is for, once it has come; until then, that it is waited for. */
export function Waiting({ for: list, children }: { for: Snapshot<object>; children: ReactNode }) {
  if (list.refused !== null) return <Problem error={list.refused} />;
  return list.phase === 'loading' ? <Loader aria-label="Loading" /> : children;
}
