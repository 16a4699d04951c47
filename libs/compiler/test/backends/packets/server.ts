/** `server.ts <name> <port>`: answers every TCP connection and UDP datagram with its name and the address it sees. Says `ready` when it listens. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [, , name, port] = process.argv;

const stream = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.end(`${name} ${socket.remoteAddress}`);
}).listen(Number(port), '0.0.0.0');

const datagrams = createSocket('udp4');
datagrams.on('message', (_, from) => datagrams.send(`${name} ${from.address}`, from.port, from.address)).bind(Number(port), '0.0.0.0');

await Promise.all([once(stream, 'listening'), once(datagrams, 'listening')]);
process.stdout.write('ready\n');
