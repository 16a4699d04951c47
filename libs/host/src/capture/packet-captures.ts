/** What to capture, and the most of it. */
export interface CaptureOrder {
  /** Namespace to capture in; null: the host's own. */
  readonly netns: string | null;
  /** Link to capture on; `any`: all of them (pcap(3PCAP)). */
  readonly device: string;
  /** pcap-filter(7); empty: everything. */
  readonly filter: string;
  /** Bytes of each packet that are kept. */
  readonly snaplen: number;
  /** Packets after which it ends. */
  readonly count: number;
  /** Seconds after which it ends. */
  readonly seconds: number;
}

/** A capture that runs, or has run. */
export interface PacketCapture {
  /** What was captured since the last call, at most so many bytes: the next piece of a pcap stream. */
  take(max: number): Buffer;
  /** Why nothing comes after what `take` still gives; null: it goes on. */
  readonly ended: string | null;
  /** Ends it; what was captured and not taken is lost. */
  close(): void;
}

/** What was asked for cannot be captured: there is no such link, or it is no filter. The message is what tcpdump says. */
export class CaptureRefusedError extends Error {
  override readonly name = 'CaptureRefusedError';
}

/** Captures packets on one host. What it begins ends with this process, however that ends. */
export interface PacketCaptures {
  /** Resolves when packets are being captured. Throws CaptureRefusedError. */
  begin(order: CaptureOrder): Promise<PacketCapture>;
}
