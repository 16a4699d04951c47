import { createServer } from 'node:net';
import { join } from 'node:path';
import { EmbeddedServerError } from './embedded-server.ts';

/** The longest path a unix socket can have: sun_path of 108 bytes with its closing zero (unix(7)). */
const SOCKET_PATH_MAX = 107;

const WHY: Record<string, string> = {
  EADDRINUSE: 'is in use',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'may not be used by this user',
};

/** Makes sure that nothing listens on these addresses. Throws EmbeddedServerError that names the one which cannot be had. */
export async function claimable(title: string, hosts: readonly string[], port: number): Promise<void> {
  for (const host of hosts) {
    const probe = createServer();
    const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      probe.once('error', resolve);
      probe.listen(port, host, () => resolve(null));
    });
    if (failure !== null)
      throw new EmbeddedServerError(
        `${title} cannot listen: ${host}:${port} ${WHY[failure.code ?? ''] ?? failure.message}; free it or choose another port`,
      );
    await new Promise((resolve) => probe.close(resolve));
  }
}

/** The path of a socket. Throws EmbeddedServerError when the kernel takes no path that long. */
export function socketPath(title: string, directory: string, name: string): string {
  const path = join(directory, name);
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX)
    throw new EmbeddedServerError(
      `${title} cannot listen: ${path} is longer than the ${SOCKET_PATH_MAX} bytes a socket's path can have; choose a shorter state directory`,
    );
  return path;
}
