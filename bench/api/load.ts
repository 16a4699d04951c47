import { setTimeout as pause } from 'node:timers/promises';

/** What a load came to. */
export interface Load {
  /** Milliseconds that each request took. */
  readonly ms: readonly number[];
  /** From the first request sent to the last answer. */
  readonly seconds: number;
}

/**
 * Open loop: `perSecond` requests are due each second, whether or not those before are answered. A request's time counts from when it was due, so that whoever holds up the
 * sender does not look fast. `turn` gets the number of the request.
 */
export async function openLoop(perSecond: number, count: number, turn: (n: number) => Promise<unknown>): Promise<Load> {
  const ms: number[] = [];
  const under = new Set<Promise<void>>();
  const from = performance.now();
  for (let n = 0; n < count; n += 1) {
    const due = from + (n * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    const one = turn(n).then(() => {
      ms.push(performance.now() - due);
      under.delete(one);
    });
    under.add(one);
  }
  await Promise.all(under);
  return { ms, seconds: (performance.now() - from) / 1000 };
}

/** Closed loop: `clients` send one request after another, `count` in all. */
export async function closedLoop(clients: number, count: number, turn: (n: number, client: number) => Promise<unknown>): Promise<Load> {
  const ms: number[] = [];
  let next = 0;
  const from = performance.now();
  const send = async (client: number) => {
    for (let n = next++; n < count; n = next++) {
      const sent = performance.now();
      await turn(n, client);
      ms.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => send(client)));
  return { ms, seconds: (performance.now() - from) / 1000 };
}
