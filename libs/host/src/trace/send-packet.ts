// Run by itself, in the namespace of whoever is to have sent the packet: send-packet <tcp|udp> <source port> <address> <port> <timeout in ms>.
// Prints what came of it as JSON: {"outcome", "code"}.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

const [protocol = '', sourcePort = '', host = '', port = '', timeoutMs = ''] = process.argv.slice(2);
const to = { host, port: Number(port) };

const REFUSED = new Set(['ECONNREFUSED', 'ECONNRESET']);

function tell(outcome: string, code: string | null): never {
  process.stdout.write(`${JSON.stringify({ outcome, code })}\n`);
  process.exit(0);
}
const failed = ({ code = 'EUNKNOWN' }: NodeJS.ErrnoException) => tell(REFUSED.has(code) ? 'refused' : 'unreachable', code);

setTimeout(() => tell('silent', null), Number(timeoutMs));

if (protocol === 'tcp') {
  const socket = connect({ ...to, localPort: Number(sourcePort) });
  socket.once('error', failed);
  socket.once('connect', () => {
    // The port may be wanted again at once: no TIME_WAIT.
    socket.resetAndDestroy();
    tell('answered', null);
  });
} else {
  const socket = createSocket('udp4');
  socket.once('error', failed);
  socket.once('message', () => tell('answered', null));
  socket.bind(Number(sourcePort), () => {
    // Connected: what ICMP says of it comes as an error.
    socket.connect(to.port, to.host, () => socket.send('weft'));
  });
}
