// Traces on the host of the process named, says so, and goes on.
import { realTracing } from '../../src/trace/real-tracing.ts';

const enter = ['nsenter', '-t', process.argv[2] ?? '', '-n', '-m'];
const flows = [{ sources: [], sourcePort: null, destinations: [{ ip: '10.9.2.2', port: 7 }] }];
await realTracing({ sendScript: '', enter }).begin({ name: 'two', protocol: 'tcp', flows, droppedOnly: false });
console.log('traces');
setInterval(() => undefined, 60_000);
