import { Alert, List, Text } from '@mantine/core';
import { ApiError } from '@weft/sdk';

/** What the API refused, field by field, with the id under which its operator finds the request. */
export function Problem({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  if (!(error instanceof ApiError)) return <Alert color="red" title={(error as Error).message} />;
  const { title, detail, errors, code, requestId } = error.problem;
  return (
    <Alert color="red" title={`${title} (${code})`}>
      <Text size="sm">{detail}</Text>
      <List size="sm">
        {errors.map(({ pointer, message }) => (
          <List.Item key={`${pointer} ${message}`}>
            <code>{pointer === '' ? 'body' : pointer}</code> {message}
          </List.Item>
        ))}
      </List>
      {requestId === '' ? null : (
        <Text size="xs" c="dimmed">
          request {requestId}
        </Text>
      )}
    </Alert>
  );
}
