import { ApiError, ConnectionError, type operations, type WeftClient } from '@weft/sdk';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.tsx';
import { PacketCount } from './packet-count.ts';

/** Which packets, and the most of them. */
export type CaptureTerms = NonNullable<operations['podCapture']['parameters']['query']>;

/** Of what, and how that was asked for: `pod/shop/web-1`. */
export interface CaptureOf {
  readonly kind: 'pod' | 'service' | 'node';
  readonly id: string;
  readonly asked: string;
}

/** How a capture is. */
export interface Captured {
  /** What it is of, whatever has been asked for since. */
  readonly of: string;
  readonly running: boolean;
  readonly packets: number;
  readonly bytes: number;
  /** What has come, to be kept as a file; null while it runs, and when nothing has. */
  readonly file: Blob | null;
  readonly error: unknown;
}

/** Content type of a capture (www.iana.org/assignments/media-types). */
const PCAP = 'application/vnd.tcpdump.pcap';

function begin(client: WeftClient, { kind, id }: CaptureOf, query: CaptureTerms, signal: AbortSignal) {
  const asked = { params: { path: { id }, query }, parseAs: 'stream', signal } as const;
  return {
    pod: () => client.GET('/pods/{id}/capture', asked),
    service: () => client.GET('/services/{id}/capture', asked),
    node: () => client.GET('/nodes/{id}/capture', asked),
  }[kind]();
}

/** Why it ended too soon: what the SDK says, or that the stream broke, of which a browser says little. */
const reasonOf = (error: unknown): unknown =>
  error instanceof ApiError || error instanceof ConnectionError
    ? error
    : new Error('It broke off before its end, by a node or the control plane: what has come is whole packets but for the last.', {
        cause: error,
      });

/** A capture that can be begun and stopped. It ends with the page that shows it. */
export function useCapture() {
  const { client } = useSession();
  const [captured, setCaptured] = useState<Captured | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function start(of: CaptureOf, terms: CaptureTerms): Promise<void> {
    const stopped = new AbortController();
    running.current = stopped;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const count = new PacketCount();
    let bytes = 0;
    const say = (error: unknown, over: boolean) =>
      setCaptured({
        of: of.asked,
        running: !over,
        packets: count.packets,
        bytes,
        file: over && bytes > 0 ? new Blob(pieces, { type: PCAP }) : null,
        error,
      });
    say(null, false);
    try {
      const { response } = await begin(client, of, terms, stopped.signal);
      for await (const piece of response.body ?? []) {
        pieces.push(piece);
        bytes += piece.length;
        count.add(piece);
        say(null, false);
      }
      say(null, true);
    } catch (error) {
      say(stopped.signal.aborted ? null : reasonOf(error), true);
    }
  }

  return { captured, start, stop: () => running.current?.abort() };
}
