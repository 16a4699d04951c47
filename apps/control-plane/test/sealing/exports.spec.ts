import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { AnyCall } from '@weft/contract';
import { ProblemError } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { expect, it } from 'vitest';
import { EXPORTS_MAX, Exports } from '../../src/exports/exports.ts';

const call = { requestId: 'r' } as AnyCall;
const exports = () => new Exports(createLogger('test', 'silent'));

/** Objects without end, and how many of them somebody has asked for. */
function endless() {
  const asked = { count: 0, ended: false };
  async function* objects() {
    try {
      for (;;) yield { number: asked.count++, text: 'x'.repeat(1000) };
    } finally {
      asked.ended = true;
    }
  }
  return { asked, objects: objects() };
}

/** Long enough for anything that would be read ahead. */
async function idle() {
  for (let turns = 0; turns < 1000; turns++) await turn();
}

it('reads no further than its reader, however much there is', async () => {
  const { asked, objects } = endless();
  const body = (await exports().send(call, objects)).body as Readable;
  await idle();
  const ahead = asked.count;
  expect(ahead).toBeLessThan(300);
  const first = String(body.read());
  expect(
    first
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).number),
  ).toEqual(
    first
      .split('\n')
      .slice(0, -1)
      .map((_, at) => at),
  );
  await idle();
  expect(asked.count).toBeGreaterThan(ahead);
  expect(asked.count).toBeLessThan(ahead + 300);
  body.destroy();
  await once(body, 'close');
  await idle();
  expect(asked.ended).toBe(true);
});

it('is a problem when it cannot begin, and breaks off when it cannot go on', async () => {
  async function* failing(after: number) {
    for (let number = 0; number < after; number++) yield { number };
    throw new ProblemError('Unavailable', 'gone');
  }
  await expect(exports().send(call, failing(0))).rejects.toMatchObject({ code: 'Unavailable' });
  const body = (await exports().send(call, failing(1))).body as Readable;
  body.resume();
  const [error] = await once(body, 'error', { signal: AbortSignal.timeout(10_000) }).catch((thrown: unknown) => [thrown]);
  expect(error).toMatchObject({ code: 'Unavailable' });
});

it('is refused when there are too many, and has room again when one has ended', async () => {
  const desk = exports();
  const bodies = [];
  for (let count = 0; count < EXPORTS_MAX; count++) bodies.push((await desk.send(call, endless().objects)).body as Readable);
  await expect(desk.send(call, endless().objects)).rejects.toMatchObject({ code: 'Unavailable' });
  bodies[0]?.destroy();
  await idle();
  await expect(desk.send(call, endless().objects)).resolves.toBeDefined();
  desk.stop();
  expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
});
