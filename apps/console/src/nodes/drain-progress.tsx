import { Alert } from '@mantine/core';
import type { Node } from '../api.ts';

type Drain = NonNullable<Node['status']['drain']>;

const WORDS: Readonly<Record<Drain['phase'], string>> = {
  Withdrawing: 'the others are told to send nothing to it any more',
  Evicting: 'its pods end',
  Drained: 'nothing is sent to it and nothing runs there: it may leave',
};

/** How far a drain has come, and who holds it up. */
export function DrainProgress({ drain: { phase, podsLeft, waitingFor } }: { drain: Drain }) {
  const pods = podsLeft === 1 ? '1 pod is left' : `${podsLeft} pods are left`;
  return (
    <Alert title={`${phase}: ${WORDS[phase]}`} role="status">
      {pods}. {waitingFor.length === 0 ? '' : `Waiting for ${waitingFor.join(', ')}.`}
    </Alert>
  );
}
