import type { DesiredPod, PodReport } from '@weft/model';
import type { Placement } from './placement.ts';
import { plainText } from './plain-text.ts';
import type { Readiness } from './readiness.ts';

/** What to say about a pod. `readiness` is null when nothing is probed: then being wired is being ready. */
export function podReport(pod: Pick<DesiredPod, 'id'>, placement: Placement, readiness: Readiness | null): PodReport {
  const { id } = pod;
  if (placement.phase === 'Failed')
    return { id, phase: 'Failed', ready: false, reason: 'StepFailed', message: plainText(placement.message, 1024) };
  if (placement.phase === 'Pending') return { id, phase: 'Pending', ready: false, reason: 'NotWired', message: '' };
  if (readiness === null || readiness.ready) return { id, phase: 'Running', ready: true, reason: 'Ready', message: '' };
  // How often and why a probe failed changes all the time and is not worth a report each; whether one has failed is.
  return { id, phase: 'Running', ready: false, reason: readiness.failures === 0 ? 'NotProbed' : 'ProbeFailed', message: '' };
}
