/** What a phase means for whoever looks: fine, on its way, to be looked at, broken, or of no concern. */
type Tone = 'good' | 'moving' | 'odd' | 'bad' | 'calm';

const TONES: Readonly<Record<string, Tone>> = {
  Ready: 'good',
  Programmed: 'good',
  Running: 'good',
  Applied: 'good',
  applied: 'good',
  reachable: 'good',
  live: 'good',
  Lagging: 'moving',
  Pending: 'moving',
  Terminating: 'moving',
  PendingApproval: 'odd',
  Frozen: 'odd',
  mixed: 'odd',
  unknown: 'odd',
  Failed: 'bad',
  failed: 'bad',
  NotReady: 'bad',
  refused: 'bad',
  dropped: 'bad',
  unroutable: 'bad',
};

export const toneOf = (phase: string): Tone => TONES[phase] ?? 'calm';

/** A phase by its own word, with a mark whose colour and shape say how bad it is. */
export function Phase({ phase }: { phase: string }) {
  return (
    <span className="phase" data-tone={toneOf(phase)}>
      {phase}
    </span>
  );
}
