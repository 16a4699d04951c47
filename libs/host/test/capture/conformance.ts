import type { PacketCapture, PacketCaptures } from '@weft/host';
import { eventually } from '@weft/testing';
import { expect } from 'vitest';

/** A host whose captures are held to what the port says. */
export interface CapturingHost {
  readonly captures: PacketCaptures;
  /** Lets so many packets pass on the loopback, each with this many bytes of UDP payload, to a port. */
  send(port: number, packets: number, bytes: number): Promise<void>;
  /** The packets of a pcap stream as lines. Throws when it is none. */
  read(stream: Buffer): Promise<string[]>;
}

const ORDER = { netns: null, device: 'lo', filter: '', snaplen: 96, count: 1_000, seconds: 60 } as const;
const ALL = 1 << 20;
const PATIENCE = { withinMs: 25_000 };

/** Takes pieces until the condition holds. */
async function takenUntil(capture: PacketCapture, what: string, enough: (stream: Buffer) => boolean | Promise<boolean>): Promise<Buffer> {
  let stream: Buffer = Buffer.alloc(0);
  await eventually(
    what,
    () => {
      stream = Buffer.concat([stream, capture.take(ALL)]);
      return enough(stream);
    },
    PATIENCE,
  );
  return stream;
}

/** What every host that captures must do. */
export const CAPTURE_CASES: Readonly<Record<string, (host: CapturingHost) => Promise<void>>> = {
  'a capture begins with a header and has every packet that the filter names, cut at the snap length': async ({ captures, send, read }) => {
    const capture = await captures.begin({ ...ORDER, filter: 'udp dst port 7' });
    await send(8, 1, 10);
    await send(7, 3, 500);
    const stream = await takenUntil(capture, 'three packets', async (so) => (await read(so)).length === 3);
    expect(await read(stream)).toSatisfy((lines: string[]) => lines.every((line) => line.includes('> 127.0.0.1.7:')));
    expect(stream.length).toBeLessThan(3 * 200);
    capture.close();
  },
  'a capture ends by itself after so many packets, and says so when all is taken': async ({ captures, send, read }) => {
    const capture = await captures.begin({ ...ORDER, filter: 'udp dst port 7', count: 2 });
    await send(7, 5, 10);
    const stream = await takenUntil(capture, 'the end', () => capture.ended !== null);
    expect(await read(stream)).toHaveLength(2);
  },
  'a capture is taken in pieces of the size asked for': async ({ captures, send, read }) => {
    const capture = await captures.begin(ORDER);
    await send(7, 2, 10);
    const pieces: Buffer[] = [];
    await eventually(
      'two packets',
      async () => {
        const piece = capture.take(10);
        expect(piece.length).toBeLessThanOrEqual(10);
        pieces.push(piece);
        return piece.length === 0 && (await read(Buffer.concat(pieces))).length === 2;
      },
      PATIENCE,
    );
    capture.close();
  },
};
