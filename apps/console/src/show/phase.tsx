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
  repaired: 'good',
  Done: 'good',
  Lagging: 'moving',
  Pending: 'moving',
  Terminating: 'moving',
  Changing: 'moving',
  Probing: 'moving',
  Reverting: 'moving',
  PendingApproval: 'odd',
  Frozen: 'odd',
  mixed: 'odd',
  unknown: 'odd',
  standing: 'odd',
  Halted: 'odd',
  Failed: 'bad',
  failed: 'bad',
  NotReady: 'bad',
  RevertFailed: 'bad',
  refused: 'bad',
  dropped: 'bad',
  unroutable: 'bad',
};

export const toneOf = (phase: string): Tone => TONES[phase] ?? 'calm';

/** A phase by its own word, with a mark whose colour and shape say how bad it is; `tone` where the word means something else than elsewhere. */
export function Phase({ phase, tone = toneOf(phase) }: { phase: string; tone?: Tone }) {
  return (
    <span className="phase" data-tone={tone}>
      {phase}
    </span>
  );
}
