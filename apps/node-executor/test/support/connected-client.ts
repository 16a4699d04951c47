/** A client that keeps one connected socket: `connected-client.ts udp|tcp ADDRESS PORT`. For each line in, it asks once and prints the answer or an error's code. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [protocol, address = '', port = ''] = process.argv.slice(2);
const PATIENCE_MS = 1_500;

async function udp(): Promise<() => Promise<string>> {
  const socket = createSocket('udp4');
  socket.connect(Number(port), address);
  await once(socket, 'connect');
  return async () => {
    socket.send('?');
    const [message] = await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return String(message);
  };
}

async function tcp(): Promise<() => Promise<string>> {
  const socket = connect({ host: address, port: Number(port) });
  await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  return async () => {
    socket.write('?\n');
    const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return String(answer);
  };
}

const ask = await (protocol === 'tcp' ? tcp() : udp());
for await (const _ of createInterface({ input: process.stdin }))
  process.stdout.write(`${(await ask().catch((error: NodeJS.ErrnoException) => String(error.code))).trim()}\n`);
process.exit(0);
