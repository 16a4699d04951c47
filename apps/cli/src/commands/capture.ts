import { pipeline } from 'node:stream/promises';
import { readCaptured } from '@weft/sdk';
import { capture as begin, type CaptureTerms } from '../api/capture-api.ts';
import { UserError } from '../user-error.ts';

/** What `weft capture` is given. */
export interface CaptureOptions extends CaptureTerms {
  readonly state?: string;
}

/** Writes what is captured to standard output, until the caps are reached or it is interrupted. Throws UserError for a terminal, which cannot show it, and the SDK's UnreadableError. */
export async function capture(text: string, { state, ...terms }: CaptureOptions): Promise<void> {
  const what = readCaptured(text);
  if (process.stdout.isTTY)
    throw new UserError(`a capture is nothing for a terminal: weft capture ${text} > packets.pcap, or … | tcpdump -n -r -`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const stream = await begin(state, what, terms, interrupted.signal);
  await pipeline(stream, process.stdout, { end: false }).catch((error: unknown) => {
    // Whoever reads has seen enough, or has said so: what was written is whole packets but for the last.
    if (interrupted.signal.aborted || (error as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw new UserError(
      'the capture broke off before its end, by a node or the control plane: what was written is whole packets but for the last',
      { cause: error },
    );
  });
}
