import type { ButtonProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { PermittedButton } from '../session/permitted-button.tsx';
import { Question } from './question.tsx';

interface AskedProps extends Pick<ButtonProps, 'size'> {
  /** Of the button that asks. */
  readonly label: string;
  /** The question. */
  readonly title: string;
  /** Of the button that does it. */
  readonly confirm: string;
  readonly permission: string;
  readonly act: () => Promise<unknown>;
  /** What it does, for whoever is about to. */
  readonly children: ReactNode;
}

/** A button for what is better asked twice. */
export function Asked({ label, permission, size, ...question }: AskedProps) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <PermittedButton permission={permission} variant="default" {...(size === undefined ? {} : { size })} onClick={() => setAsked(true)}>
        {label}
      </PermittedButton>
      <Question {...question} asked={asked} close={() => setAsked(false)} />
    </>
  );
}
