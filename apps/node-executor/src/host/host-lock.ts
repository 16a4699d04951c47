import { createConnection, createServer, type Server } from 'node:net';

/**
 * Name of the lock: a socket in the abstract namespace (unix(7)). Linux keeps that namespace per network namespace, which is exactly what one
 * executor owns, and drops the name with the process that held it, however it died.
 */
const LOCK_SOCKET = '\0weft-executor';

const ANSWER_MS = 1_000;

/** Another executor holds this network namespace. */
export class HostLockedError extends Error {
  override readonly name = 'HostLockedError';
}

/** The right to program this network namespace, until `release` or the end of the process. */
export interface HostLock {
  release(): Promise<void>;
}

/** Asks the holder for its process id; null when it does not say. */
async function holder(socket: string): Promise<string | null> {
  const answer = Promise.withResolvers<string | null>();
  let text = '';
  const connection = createConnection({ path: socket });
  connection.setTimeout(ANSWER_MS, () => connection.destroy());
  connection.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (text.length > 32) connection.destroy();
  });
  connection.on('error', () => answer.resolve(null));
  connection.on('close', () => answer.resolve(/^\d+$/.test(text) ? text : null));
  return answer.promise;
}

/** Takes the lock of the network namespace this process is in. Throws HostLockedError when another executor has it. */
export async function acquireHostLock(socket: string = LOCK_SOCKET): Promise<HostLock> {
  const server: Server = createServer((connection) => {
    connection.on('error', () => connection.destroy());
    connection.end(String(process.pid));
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ path: socket }, () => listening.resolve());
  try {
    await listening.promise;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const pid = await holder(socket);
    throw new HostLockedError(
      `another executor${pid === null ? '' : ` (process ${pid})`} already runs in this network namespace; stop it first`,
      { cause: error },
    );
  }
  return {
    release() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      return closed.promise;
    },
  };
}
