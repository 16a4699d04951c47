import type { Progress } from '../fleet/supervise.ts';
import { paintFor } from './style.ts';

/** Prints each step as it is done, with the seconds it took. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  const paint = paintFor(stream);
  let since = performance.now();
  return {
    step: (text) => {
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      since = performance.now();
      stream.write(`${paint('green', '✓')} ${text} ${paint('dim', `${seconds} s`)}\n`);
    },
    ready: () => {},
  };
}
