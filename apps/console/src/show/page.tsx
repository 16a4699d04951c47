import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

/** A page: its heading, which is the title of the tab too, what stands beside it, and what it is about. */
export function Page({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · weft`;
  }, [title]);
  return (
    <div className="page">
      <Group justify="space-between">
        <Title order={1}>{title}</Title>
        {aside}
      </Group>
      {children}
    </div>
  );
}
