import { setTimeout as sleep } from 'node:timers/promises';

/** Holds a fault for so many ms and looks again and again meanwhile, at least twice; what `look` throws ends it. */
export async function throughout(durationMs: number, look: () => Promise<void>, everyMs = 250): Promise<void> {
  const end = performance.now() + durationMs;
  await look();
  do {
    await sleep(everyMs);
    await look();
  } while (performance.now() < end);
}
