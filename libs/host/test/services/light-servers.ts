import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestFleet } from '../test-fleet.ts';
import { name, pod1, pod2, pod3, pod4 } from './probes.ts';

const SCRIPT = fileURLToPath(new URL('./light-echo.pl', import.meta.url));

/**
 * Answers in every pod over a protocol at a port, beside the echo servers, until it is told to end; each time behind a segment out of place, where that is asked for. The
 * pods must be there.
 */
export async function startLightServers(
  fleet: TestFleet,
  protocol: 'tcp' | 'sctp',
  port: number,
  ...strays: readonly 'strays'[]
): Promise<() => Promise<void>> {
  const servers = await Promise.all(
    [pod1, pod2, pod3, pod4].map(async (who) => {
      const [file, ...argv] = fleet.onto(who, ['perl', SCRIPT, name(who.pod), protocol, String(port), ...strays]) as [string, ...string[]];
      const server = spawn(file, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(server.stdout, 'data');
      return server;
    }),
  );
  return async () => {
    await Promise.all(
      servers.map(async (server) => {
        const ended = once(server, 'exit');
        server.stdin.end();
        await ended;
      }),
    );
  };
}
