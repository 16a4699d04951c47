import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./storm.pl', import.meta.url));

/** What came of connections. */
export interface StormOutcome {
  /** How often each outcome was: `answered`, or the name of an error. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** How many were opened a second. */
  readonly perSecond: number;
  /** How often the connection that stayed open was answered; the name of an error when it did not. */
  readonly kept: number | string;
}

/** Connections that somebody opens at a steady rate, or as many as are answered in time where that is less, and one that stays open all the while. */
export interface Storm {
  /** Ends it, and waits for what is still open. */
  end(): Promise<StormOutcome>;
}

/** Begins to open connections where the argv prefix leads; resolves when the first is about to be. */
export async function startStorm(onto: readonly string[], host: string, port: number, perSecond: number): Promise<Storm> {
  const [file = '', ...argv] = [...onto, 'perl', SCRIPT, host, String(port), String(perSecond)];
  const child = spawn(file, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async end() {
      child.stdin.end();
      const { value } = await lines.next();
      return JSON.parse(value ?? 'null');
    },
  };
}
