// Captures in the namespace named, says so, and goes on.
import { realCaptures } from '../../src/capture/real-captures.ts';

const enter = ['ip', 'netns', 'exec', process.argv[2] ?? ''];
await realCaptures(enter).begin({ netns: null, device: 'lo', filter: '', snaplen: 96, count: 10, seconds: 60 });
console.log('captures');
setInterval(() => undefined, 60_000);
