import { useLive } from '../live/use-live.ts';
import { toneOf } from '../show/phase.tsx';

/** What a phase of the stream means for what is on the screen. */
const WORDS = { loading: 'loading', live: 'live', reconnecting: 'not connected: what is shown may be old' } as const;

/** Whether what is shown is what is. */
export function Connection() {
  const { phase } = useLive('/services');
  return (
    <output className="phase" data-tone={phase === 'reconnecting' ? 'bad' : toneOf(phase)} data-phase={phase}>
      {WORDS[phase]}
    </output>
  );
}
