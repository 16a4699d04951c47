import { diffJson } from 'diff';

const SIGNS = { added: '+', removed: '-', same: ' ' } as const;

/** What a part of a difference is. */
const kindOf = ({ added, removed }: { added: boolean; removed: boolean }): keyof typeof SIGNS =>
  added ? 'added' : removed ? 'removed' : 'same';

/** Two objects line by line, with what went and what came. Fields come in the order of the alphabet. */
export function JsonDifference({ before, after }: { before: unknown; after: unknown }) {
  const parts = diffJson((before ?? {}) as object, (after ?? {}) as object);
  const lines = parts.flatMap((part) => {
    const kind = kindOf(part);
    return part.value
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ kind, line }));
  });
  return (
    <pre className="difference">
      {lines.map(({ kind, line }, at) => (
        <span key={at} data-change={kind}>
          {SIGNS[kind]} {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
