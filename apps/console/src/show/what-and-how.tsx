import type { Node } from '../api.ts';
import { type Fact, Facts } from './facts.tsx';

interface WhatAndHowProps {
  readonly what: readonly Fact[];
  readonly conditions: Node['status']['conditions'];
  readonly problems?: readonly { readonly code: string; readonly message: string }[];
}

/** What a thing is, and beside it how it is: conditions come and go, and nothing below may move away from under a pointer. */
export function WhatAndHow({ what, conditions, problems = [] }: WhatAndHowProps) {
  return (
    <div className="beside">
      <Facts of={what} />
      <Facts
        of={[
          ...conditions.map(({ type, status, message }) => [type, `${status}${message === '' ? '' : `: ${message}`}`] as const),
          ...problems.map(({ code, message }) => [code, message] as const),
        ]}
      />
    </div>
  );
}
