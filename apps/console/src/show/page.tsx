import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  /** What can be done here, in one sentence, where it is not plain. */
  readonly about?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A page: its heading, which is the title of the tab too, what stands beside it, and what is on it. */
export function Page({ title, about, aside, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · weft`;
  }, [title]);
  return (
    <div className="page">
      <Group justify="space-between">
        <div>
          <Title order={1}>{title}</Title>
          {about === undefined ? null : (
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          )}
        </div>
        <Group>{aside}</Group>
      </Group>
      {children}
    </div>
  );
}
