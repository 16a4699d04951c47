const ERASE_LINE = '\r\u001b[2K';
const EVERY_MS = 1_000;

/** Where progress is shown. */
export type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** Says on a terminal what is waited for and how long already, once that takes longer than a second; elsewhere nothing. */
export async function showWaiting<T>(what: string, work: Promise<T>, screen: Screen = process.stderr): Promise<T> {
  if (!screen.isTTY) return work;
  let seconds = 0;
  const timer = setInterval(() => screen.write(`${ERASE_LINE}waiting for ${what}: ${++seconds} s`), EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (seconds > 0) screen.write(ERASE_LINE);
  }
}
