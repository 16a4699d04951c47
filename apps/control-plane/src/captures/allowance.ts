import type { CaptureTerms } from '@weft/model';
import type { PcapRecord } from './pcap.ts';

/** How much of a capture may still be sent. */
export class Allowance {
  #packets: number;
  #bytes: number;

  /** `sent`: bytes of the stream that are sent already. */
  constructor({ count, bytes }: Pick<CaptureTerms, 'count' | 'bytes'>, sent: number) {
    this.#packets = count;
    this.#bytes = bytes - sent;
  }

  /** True when nothing more may be sent. */
  get used(): boolean {
    return this.#packets <= 0 || this.#bytes <= 0;
  }

  /** Those of some packets that may be sent, in the order of the time at which they were seen. The first that has no room is the end. */
  take(records: readonly PcapRecord[]): PcapRecord[] {
    const taken: PcapRecord[] = [];
    for (const record of [...records].sort((a, b) => a.at - b.at)) {
      if (record.bytes.length > this.#bytes) this.#bytes = 0;
      if (this.used) break;
      this.#packets -= 1;
      this.#bytes -= record.bytes.length;
      taken.push(record);
    }
    return taken;
  }
}
