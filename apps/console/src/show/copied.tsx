import { Button, Code, CopyButton } from '@mantine/core';

/** A text with a button that copies it. */
export function Copied({ text, label }: { text: string; label: string }) {
  return (
    <div className="form-row">
      <Code block>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-md" onClick={copy}>
            {copied ? 'Copied' : label}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
