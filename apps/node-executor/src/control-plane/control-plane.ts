import type {
  CountersReport,
  CountersReportAnswer,
  DesiredPull,
  LeaseRenewal,
  LeaseRenewalAnswer,
  NodeDriftReport,
  NodeDriftReportAnswer,
  NodeReport,
  NodeReportAnswer,
  ReceiptReport,
  Session,
  SessionOpen,
} from '@weft/model';

/** A point in the history of the cluster: a revision means something only within its epoch. */
export interface Position {
  readonly epoch: string;
  readonly revision: number;
}

/** A report whose receipts are still to be signed. */
export type Report = Omit<NodeReport, 'receipts'> & { readonly receipts: readonly ReceiptReport[] };

/** What an executor asks of the control plane. Every method throws ControlPlaneError and nothing else. */
export interface ControlPlane {
  /** Says that this executor acts for its node from now on, and ends every earlier session of the node. */
  openSession(open: SessionOpen): Promise<Session>;
  /**
   * What changed after a position, or everything when it is null; the control plane may answer with everything in any case. As of the newest revision, or of one that is not
   * older than `atLeast`.
   */
  pull(since: Position | null, atLeast?: number): Promise<DesiredPull>;
  report(report: Report): Promise<NodeReportAnswer>;
  /** Says that the executor of this session lives. */
  renewLease(renewal: LeaseRenewal): Promise<LeaseRenewalAnswer>;
  /** Tells which counters of services have changed. */
  count(report: CountersReport): Promise<CountersReportAnswer>;
  /** Tells of changes that others made to what is ours. */
  drift(report: NodeDriftReport): Promise<NodeDriftReportAnswer>;
}

/** Why the control plane did not do what was asked: a problem code, or one of ours. */
export class ControlPlaneError extends Error {
  override readonly name = 'ControlPlaneError';
  readonly code: string;
  /** Id of the node of which the control plane says that it was removed, and this executor's credential with it; null: it says no such thing. */
  readonly removedNode: string | null;

  /** `Unreachable`: no answer. `UnreadableAnswer`: an answer that is cut off or not what the contract says. Else the code of its problem. */
  constructor(
    code: string,
    message: string,
    { removedNode = null, ...options }: ErrorOptions & { readonly removedNode?: string | null } = {},
  ) {
    super(message, options);
    this.code = code;
    this.removedNode = removedNode;
  }
}
