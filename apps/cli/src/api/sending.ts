import type { ClientOptions } from '@weft/sdk';
import { showWaiting } from '../terminal/show-waiting.ts';

/** How every command sends requests: says on standard error what it waits for, when that takes longer than a second, and that it is not its turn yet. */
export const SENDING: Required<Pick<ClientOptions, 'fetch' | 'onTurn'>> = {
  fetch: (request) => showWaiting(`${request.method} ${new URL(request.url).pathname}`, fetch(request)),
  onTurn: (seconds) => process.stderr.write(`weft: too many requests with this token: waiting ${seconds} s, as the API asks\n`),
};
