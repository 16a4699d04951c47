/** Answers `default/NAME` on TCP and UDP port 8080, and never closes a connection: `patient-echo.ts NAME`. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const answer = `default/${process.argv[2]}\n`;
createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', () => socket.write(answer));
}).listen(8080, '0.0.0.0');
const datagrams = createSocket('udp4');
datagrams.on('message', (_, from) => datagrams.send(answer, from.port, from.address)).bind(8080);
