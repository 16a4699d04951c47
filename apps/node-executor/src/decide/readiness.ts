import type { ProbeResult } from '@weft/host';
import type { DesiredPod, ReadinessProbe } from '@weft/model';

/** What probing has found out about a pod so far. */
export interface Readiness {
  readonly ready: boolean;
  /** Failures since the last success. */
  readonly failures: number;
  /** Why the last probe failed; empty after a success. */
  readonly message: string;
}

export const NOT_PROBED: Readiness = { ready: false, failures: 0, message: 'not probed yet' };

/** An echo server is ready when its first TCP port accepts. */
const ECHO_PROBE = { type: 'tcp', path: '/', periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 } as const;

/** How a pod's readiness is found out; null: it is ready as soon as it is wired. */
export function probeOf(pod: Pick<DesiredPod, 'readinessProbe' | 'runtime' | 'ports'>): ReadinessProbe | null {
  if (pod.readinessProbe !== null) return pod.readinessProbe;
  const first = pod.runtime.type === 'echo' ? pod.ports.find((port) => port.protocol === 'TCP') : undefined;
  return first === undefined ? null : { ...ECHO_PROBE, port: first.containerPort };
}

/** One success makes a pod ready; it stays so until `failureThreshold` probes in a row have failed. */
export function afterProbe(before: Readiness, result: ProbeResult, failureThreshold: number): Readiness {
  if (result.ok) return { ready: true, failures: 0, message: '' };
  const failures = before.failures + 1;
  return { ready: before.ready && failures < failureThreshold, failures, message: result.message };
}

const FIRST_RETRY_MS = 20;

/**
 * When to probe next, in ms from the end of the last probe: a pod that is not ready yet is asked often at first and then less and less, so that one
 * which has just started is noticed at once; otherwise the probe's period.
 */
export function nextProbeMs(now: Readiness, periodSeconds: number): number {
  const period = periodSeconds * 1_000;
  return now.ready ? period : Math.min(FIRST_RETRY_MS * 2 ** Math.min(Math.max(now.failures - 1, 0), 20), period);
}
