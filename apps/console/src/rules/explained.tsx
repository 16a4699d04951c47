import { Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';

/**
 * A line with its explanation, which opens under the mouse and under the keyboard's focus, closes with Escape, and stays while it is pointed at.
 * `story` is made when it is first wanted.
 */
export function Explained({ text, story, mark }: { text: string; story: () => ReactNode; mark?: string | undefined }) {
  const [opened, setOpened] = useState(false);
  const open = () => setOpened(true);
  const close = () => setOpened(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={520}
      shadow="md"
      trapFocus={false}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button
          type="button"
          className="rule"
          data-standing={mark}
          onMouseEnter={open}
          onMouseLeave={close}
          onFocus={open}
          onBlur={close}
          onKeyDown={(event) => event.key === 'Escape' && close()}
        >
          {text}
        </button>
      </Popover.Target>
      <Popover.Dropdown onMouseEnter={open} onMouseLeave={close}>
        {opened ? story() : null}
      </Popover.Dropdown>
    </Popover>
  );
}
