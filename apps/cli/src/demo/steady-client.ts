import type { Seen, Stage } from './stage.ts';

/** A client that asks again and again while something else happens. */
export interface SteadyClient {
  /** Stops asking and says how many answers came; wrong when one did not. */
  readonly stop: () => Promise<Seen>;
}

/** Starts to ask `url` from a place, one new connection after the other. */
export function askSteadily(stage: Stage, from: string, url: string): SteadyClient {
  let asking = true;
  let answered = 0;
  let lost = 0;
  const loop = (async () => {
    while (asking) {
      const { exitCode } = await stage.inPlace(from, ['curl', '--silent', '--max-time', '2', '--output', '/dev/null', url]);
      if (exitCode === 0) answered += 1;
      else lost += 1;
    }
  })();
  return {
    stop: async () => {
      asking = false;
      await loop;
      return { ok: lost === 0 && answered > 0, saw: `${answered} answers, ${lost} lost` };
    },
  };
}
