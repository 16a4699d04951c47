import { promisify } from 'node:util';
import { constants, crc32, gzip } from 'node:zlib';

/** A header without a name and a time (RFC 1952 §2.3), and the longest block that is stored as it is (RFC 1951 §3.2.4). */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const BLOCK_MAX = 65_535;

function blockOf(bytes: Buffer, isLast: boolean): Buffer[] {
  const head = Buffer.alloc(5);
  head.writeUInt8(isLast ? 1 : 0, 0);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(0xffff - bytes.length, 3);
  return [head, bytes];
}

/**
 * Bytes as a member of a gzip file that holds them as they are: for what is short and another one each time. Members one after the other are one file of all they hold (RFC 1952
 * §2.2), so beside it can stand what was compressed once for many.
 */
export function stored(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += BLOCK_MAX)
    blocks.push(...blockOf(bytes.subarray(from, from + BLOCK_MAX), from + BLOCK_MAX >= bytes.length));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([HEADER, ...blocks, trailer]);
}

const deflated = promisify<Buffer, { level: number }, Buffer>(gzip);

/** Bytes as a member of a gzip file, compressed beside the event loop, and as fast as can be. */
export const compressed = (bytes: Buffer): Promise<Buffer> => deflated(bytes, { level: constants.Z_BEST_SPEED });

/** True when whoever sends this Accept-Encoding reads gzip (RFC 9110 §12.5.3). */
export function acceptsGzip(header = ''): boolean {
  return header.split(',').some((one) => /^\s*gzip\s*(?:;(?!\s*q=0(?:\.0*)?\s*$).*)?$/i.test(one));
}
