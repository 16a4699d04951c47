/**
 * `storm.ts HOST PORT PER_SECOND`: opens a new connection to an echo server so often, whatever becomes of the others, until its standard input ends; then
 * prints how often each outcome was: `answered`, or the code of the error. An answer within five seconds counts.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

const [host, port, perSecond] = process.argv.slice(2);
const PATIENCE_MS = 5_000;

const counts: Record<string, number> = {};
const count = (outcome: string) => {
  counts[outcome] = (counts[outcome] ?? 0) + 1;
};
const open = new Set<Promise<void>>();

async function visit(): Promise<void> {
  const socket = connect({ host, port: Number(port) }, () => socket.write('?\n'));
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) });
    count('answered');
  } catch (error) {
    const { code = 'failed', name } = error as NodeJS.ErrnoException;
    count(name === 'AbortError' ? 'ETIMEDOUT' : code);
  } finally {
    // Reset: IPVS remembers a connection that was closed for two minutes, one that was reset for ten seconds.
    socket.resetAndDestroy();
  }
}

const started = performance.now();
let begun = 0;
const timer = setInterval(() => {
  for (const due = ((performance.now() - started) / 1000) * Number(perSecond); begun < due; begun++) {
    const visited = visit().finally(() => open.delete(visited));
    open.add(visited);
  }
}, 5);

process.stdout.write('blowing\n');
process.stdin.resume();
await once(process.stdin, 'end');
clearInterval(timer);
await Promise.all(open);
process.stdout.write(`${JSON.stringify(counts)}\n`);
