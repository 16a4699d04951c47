import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Asker, TestFleet } from '../test-fleet.ts';

const SCRIPT = fileURLToPath(new URL('./storm.ts', import.meta.url));

/** Connections that somebody opens one after the other at a steady rate. */
export interface Storm {
  /** Ends it, waits for what is still open, and tells how often each outcome was: `answered`, or the code of an error. */
  end(): Promise<Readonly<Record<string, number>>>;
}

/** Begins to open connections; resolves when the first is about to be. */
export async function startStorm(fleet: TestFleet, who: Asker, host: string, port: number, perSecond: number): Promise<Storm> {
  const [file, ...argv] = fleet.onto(who, [process.execPath, SCRIPT, host, String(port), String(perSecond)]) as [string, ...string[]];
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
