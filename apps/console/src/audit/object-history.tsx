import { useMemo } from 'react';
import { AuditTimeline } from './timeline.tsx';

/** Who changed an object, when, and into what. */
export function ObjectHistory({ id }: { id: string }) {
  return <AuditTimeline filters={useMemo(() => ({ object: id }), [id])} />;
}
