import { OLDEST_PROTOCOL, PROTOCOL, ProblemError } from '@weft/model';

/** Throws ProblemError ProtocolUnsupported for an executor that this control plane would not understand, or that would not understand it. */
export function requireProtocol(protocol: number): void {
  if (protocol >= OLDEST_PROTOCOL && protocol <= PROTOCOL) return;
  const advice = protocol > PROTOCOL ? 'upgrade the control plane first, then its nodes' : 'upgrade the executor on this node';
  throw new ProblemError(
    'ProtocolUnsupported',
    `the executor speaks protocol ${protocol}, this control plane ${OLDEST_PROTOCOL} to ${PROTOCOL}: ${advice}`,
  );
}
