const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time as the reader's clock shows it; the exact one is behind it. */
export function When({ at }: { at: string | null }) {
  if (at === null) return <>never</>;
  return (
    <time dateTime={at} title={at}>
      {LOCAL.format(new Date(at))}
    </time>
  );
}
