import { Alert, Button, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';

interface State {
  readonly error: Error | null;
}

/**
 * Says that a page cannot be shown instead of showing nothing at all. Mostly the console was renewed with its control plane: what an open one would
 * load of the one before is gone.
 */
export class LoadAgain extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Alert color="yellow" title="This page cannot be shown">
        <Text size="sm">If the console was renewed since it was opened here: load it again. The browser says: {error.message}</Text>
        <Button mt="sm" variant="default" onClick={() => location.reload()}>
          Load the console again
        </Button>
      </Alert>
    );
  }
}
