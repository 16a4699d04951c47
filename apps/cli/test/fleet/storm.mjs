// `node storm.mjs URL PER_SECOND`: opens so many new HTTP connections a second, until its standard input ends; then prints as JSON how many were begun a second,
// and how often each outcome was: `answered`, or what went wrong. An answer within ten seconds counts.
import { get } from 'node:http';
import { clearInterval, setInterval } from 'node:timers';

const [url = '', perSecond = '1'] = process.argv.slice(2);
const PATIENCE_MS = 10_000;
const EVERY_MS = 10;

/** @type {Record<string, number>} */
const outcomes = {};
let open = 0;
let begun = 0;
let ended = () => {};

/** @param {string} outcome */
function count(outcome) {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  open -= 1;
  if (open === 0) ended();
}

function ask() {
  begun += 1;
  open += 1;
  const outcome = new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200 ? 'answered' : `status ${response.statusCode}`));
      response.once('error', (error) => resolve(error.message));
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', (error) => resolve(error.message));
  });
  outcome.then(count);
}

const startedAt = performance.now();
const due = () => ((performance.now() - startedAt) / 1000) * Number(perSecond);
const timer = setInterval(() => {
  while (begun < due()) ask();
}, EVERY_MS);
process.stdout.write('blowing\n');
process.stdin.resume().once('end', async () => {
  clearInterval(timer);
  const seconds = (performance.now() - startedAt) / 1000;
  if (open > 0)
    await new Promise((resolve) => {
      ended = () => resolve(null);
    });
  process.stdout.write(`${JSON.stringify({ perSecond: begun / seconds, outcomes })}\n`);
  process.exit(0);
});
