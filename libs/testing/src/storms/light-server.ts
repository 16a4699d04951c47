import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./light-echo.pl', import.meta.url));

/** What a server is to be. */
export interface LightServer {
  /** What it calls itself in its answers. */
  readonly identity: string;
  readonly protocol: 'tcp' | 'sctp';
  readonly port: number;
  /** It sends a segment out of place before each answer, and waits so many ms for a reset that comes of it. */
  readonly straysMs?: number;
}

/** Starts a server where the argv prefix leads, one that hundreds of connections a second cost little, and waits until it listens. What is returned ends it. */
export async function startLightServer(
  onto: readonly string[],
  { identity, protocol, port, straysMs }: LightServer,
): Promise<() => Promise<void>> {
  const [file = '', ...argv] = [
    ...onto,
    'perl',
    SCRIPT,
    identity,
    protocol,
    String(port),
    ...(straysMs === undefined ? [] : [String(straysMs / 1_000)]),
  ];
  const server = spawn(file, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const dead = once(server, 'close').then(() => Promise.reject(new Error(`${argv.join(' ')} ended before it listened`)));
  await Promise.race([once(server.stdout, 'data'), dead]);
  dead.catch(() => undefined);
  return async () => {
    const ended = once(server, 'exit');
    server.stdin.end();
    await ended;
  };
}
