import { type ClusterUpdate, HEARTBEATS_OF_GRACE, ProblemError } from '@weft/model';

/** Refuses a silence that would never be waited for alone: nodes speak too seldom. Throws ProblemError ValidationFailed. */
export function requireGrace({ notReadyAfterSeconds }: ClusterUpdate, heartbeatSeconds: number): void {
  const least = HEARTBEATS_OF_GRACE * heartbeatSeconds;
  if (notReadyAfterSeconds === undefined || notReadyAfterSeconds >= least) return;
  const message = `must be at least ${least}: nodes speak every ${heartbeatSeconds} s, and none is given up before ${HEARTBEATS_OF_GRACE} heartbeats`;
  throw new ProblemError('ValidationFailed', message, [{ pointer: '/notReadyAfterSeconds', code: 'TooSmall', message }]);
}
