import { Autocomplete } from '@mantine/core';
import { useMemo } from 'react';
import { useLive } from '../live/use-live.ts';
import type { Fleet } from './choices.ts';

/** The most that is offered at a time: a list that is longer is narrowed by typing. */
const OFFERED = 12;

interface EndInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is offered. */
  readonly choices: (fleet: Fleet) => readonly string[];
}

/** Asks for somebody who sends or gets packets, as people write it, and offers those that are there. */
export function EndInput({ choices, ...input }: EndInputProps) {
  const nodes = useLive('/nodes').items;
  const pods = useLive('/pods').items;
  const services = useLive('/services').items;
  const offered = useMemo(() => [...choices({ nodes, pods, services })], [choices, nodes, pods, services]);
  return (
    <Autocomplete
      {...input}
      className="end"
      required
      data={offered}
      limit={OFFERED}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      spellCheck={false}
    />
  );
}
