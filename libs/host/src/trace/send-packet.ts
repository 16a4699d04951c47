// Run by itself, in the namespace of whoever is to have sent the packet: send-packet <tcp|udp> <source port> <address> <port> <timeout in ms>.
// Prints what came of it as JSON: {"outcome", "code"}.
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [protocol = '', sourcePort = '', host = '', port = '', timeoutMs = ''] = process.argv.slice(2);
const to = { host, port: Number(port) };

const REFUSED = new Set(['ECONNREFUSED', 'ECONNRESET']);

function tell(outcome: string, code: string | null): never {
  process.stdout.write(`${JSON.stringify({ outcome, code })}\n`);
  process.exit(0);
}
const failed = ({ code = 'EUNKNOWN' }: NodeJS.ErrnoException) => tell(REFUSED.has(code) ? 'refused' : 'unreachable', code);

/** True where the address is on a link of ours and nobody there has said that it is his (/proc/net/arp, proc_net(5): no flag is set). The kernel says so later than we wait. */
function isNobodys(address: string): boolean {
  const rows = readFileSync('/proc/net/arp', 'utf8').split('\n');
  return rows.map((row) => row.split(/\s+/)).some(([ip, , flags]) => ip === address && flags === '0x0');
}

setTimeout(() => (isNobodys(host) ? tell('unreachable', 'EHOSTUNREACH') : tell('silent', null)), Number(timeoutMs));

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
    // Connected: what ICMP says of it comes as an error. A callback would be given the error that it cannot be.
    socket.once('connect', () => socket.send('weft'));
    socket.connect(to.port, to.host);
  });
}
