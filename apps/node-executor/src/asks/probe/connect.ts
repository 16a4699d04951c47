import { connect } from 'node:net';
import type { ProbeTarget, TargetResult } from '@weft/model';

/** How to connect: so many times, each within so many ms. */
export interface Attempts {
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** Connects once and hangs up. The error's code, such as ECONNREFUSED or ETIMEDOUT; null: it was accepted. */
function connectOnce({ ip, port }: ProbeTarget, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, timeout: timeoutMs });
    const end = (code: string | null) => {
      socket.destroy();
      resolve(code);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'EUNKNOWN'));
  });
}

/** Connects to a target several times, one after the other: each connection may be led to another endpoint. */
export async function connectTo(target: ProbeTarget, { attempts, timeoutMs }: Attempts): Promise<TargetResult> {
  const errors: Record<string, number> = {};
  let connected = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const code = await connectOnce(target, timeoutMs);
    if (code === null) connected += 1;
    else errors[code] = (errors[code] ?? 0) + 1;
  }
  return { target, connected, errors };
}
