import { CaptureRefusedError, type PacketCapture, type PacketCaptures } from '@weft/host';
import { type Answerers, CAPTURE_PIECE_MAX, type CaptureStartQuestion } from '@weft/jobs';
import { type DesiredState, podNetnsName } from '@weft/model';
import { Sessions } from '../sessions.ts';

/** As many captures may go on at a time on a node. */
const CAPTURES_MAX = 16;

/** The link of a pod in its namespace, and all links of a node. */
const POD_DEVICE = 'eth0';
const ANY_DEVICE = 'any';

/** Where somebody listens: what goes between it and this node is not for others to see. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

/** What capturing needs of an executor. */
export interface CaptureParts {
  readonly captures: PacketCaptures;
  readonly desired: () => Pick<DesiredState, 'pods'> | null;
  /** Whom this executor speaks to, with its credentials; as addresses. */
  readonly confidants: () => Promise<readonly Peer[]>;
}

type CaptureAnswerers = Pick<Answerers, 'capture-start' | 'capture-read' | 'capture-stop'>;

/** A filter without what goes between this node's executor and those it speaks to: credentials, and the captured packets themselves, which would be captured anew. */
export function withoutConfidants(filter: string, confidants: readonly Peer[]): string {
  const others = confidants.map(({ host, port }) => `not (host ${host} and tcp port ${port})`);
  return [...(filter === '' ? [] : [`(${filter})`]), ...others].join(' and ');
}

/** Answers questions about captures. */
export class CaptureAsks {
  readonly #parts: CaptureParts;
  readonly #sessions: Sessions<PacketCapture>;

  constructor(parts: CaptureParts, sessions: Sessions<PacketCapture> = new Sessions(CAPTURES_MAX)) {
    this.#parts = parts;
    this.#sessions = sessions;
  }

  readonly answerers: CaptureAnswerers = {
    'capture-start': async (question) => {
      try {
        await this.#sessions.begin(question.session, () => this.#begin(question));
        return { kind: 'capture-start', refused: null };
      } catch (error) {
        if (!(error instanceof CaptureRefusedError)) throw error;
        return { kind: 'capture-start', refused: error.message };
      }
    },
    'capture-read': async ({ session }) => {
      const capture = this.#sessions.use(session);
      const piece = capture.take(CAPTURE_PIECE_MAX).toString('base64');
      return { kind: 'capture-read', piece, ended: capture.ended };
    },
    'capture-stop': async ({ session }) => {
      this.#sessions.end(session);
      return { kind: 'capture-stop' };
    },
  };

  /** Ends every capture. */
  close(): void {
    this.#sessions.close();
  }

  async #begin({ pod, filter, snaplen, count, seconds }: CaptureStartQuestion): Promise<PacketCapture> {
    const { captures, desired, confidants } = this.#parts;
    const caps = { snaplen, count, seconds };
    if (pod === null)
      return captures.begin({ ...caps, netns: null, device: ANY_DEVICE, filter: withoutConfidants(filter, await confidants()) });
    if (desired()?.pods.some(({ id }) => id === pod) !== true) throw new Error(`this node has no pod ${pod}`);
    return captures.begin({ ...caps, netns: podNetnsName(pod), device: POD_DEVICE, filter });
  }
}
