import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from './problem.tsx';

interface QuestionProps {
  readonly asked: boolean;
  /** The question. */
  readonly title: string;
  /** Of the button that does it. */
  readonly confirm: string;
  readonly act: () => Promise<unknown>;
  readonly close: () => void;
  /** What it does, for whoever is about to. */
  readonly children: ReactNode;
}

/** Asks before something weighty is done. It stays while that is refused, and says why. */
export function Question({ asked, title, confirm, act, close, children }: QuestionProps) {
  const doing = useMutation({ mutationFn: act, onSuccess: close });
  function leave() {
    doing.reset();
    close();
  }
  return (
    <Modal
      opened={asked}
      onClose={leave}
      title={title}
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text component="div">{children}</Text>
        <Problem error={doing.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            Cancel
          </Button>
          <Button color="red" loading={doing.isPending} onClick={() => doing.mutate()}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
