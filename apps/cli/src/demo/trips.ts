import type { Seen, Stage } from './stage.ts';

/** A packet's way through the fleet, and what must come back. */
export interface Trip {
  readonly says: string;
  /** A host or a pod. */
  readonly from: string;
  readonly to: (stage: Stage) => string;
  /** How many connections. */
  readonly times?: number;
  readonly expect: (came: Came) => Seen;
}

/** What came back from all connections of a trip. */
interface Came {
  /** curl's exit status; 7: refused, 28: nothing came in time. */
  readonly exitCode: number | null;
  readonly ms: number;
  readonly times: number;
  /** How often each pod answered. */
  readonly answers: ReadonlyMap<string, number>;
  /** The addresses that the answering end saw. */
  readonly clients: ReadonlySet<string>;
}

/** Seconds that one connection may take. */
const PATIENCE = 3;

/** A refusal that takes longer is no refusal but a hang. */
const REFUSED_WITHIN_MS = 1000;

/** Makes one trip with curl and checks what came back. */
export async function travel(stage: Stage, trip: Trip): Promise<void> {
  const { times = 1 } = trip;
  const url = trip.to(stage);
  // Every answer closes its connection: the numbers behind ? make so many new connections.
  const target = times === 1 ? url : `${url}?[1-${times}]`;
  await stage.check(`${trip.says.padEnd(36)} ${trip.from}$ curl ${target.replace('http://', '')}`, async () => {
    const result = await stage.inPlace(trip.from, ['curl', '--silent', '--max-time', `${PATIENCE * times}`, target]);
    return trip.expect({ exitCode: result.exitCode, ms: Math.round(result.durationMs), times, ...readEchoes(result.stdout) });
  });
}

/** Reads answers of echo servers: who answered, and the address it saw. */
export function readEchoes(text: string): Pick<Came, 'answers' | 'clients'> {
  const answers = new Map<string, number>();
  for (const [, name = ''] of text.matchAll(/^[a-z0-9-]+\/([a-z0-9-]+)$/gm)) answers.set(name, (answers.get(name) ?? 0) + 1);
  return { answers, clients: new Set([...text.matchAll(/^client ([\d.]+):\d+$/gm)].map(([, address = '']) => address)) };
}

const distribution = (came: Came) =>
  [...came.answers]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, n]) => `${name} ${n}×`)
    .join(', ');

const nothing = (came: Came) => (came.exitCode === 28 ? `no answer in ${came.ms} ms` : `curl exit ${came.exitCode} after ${came.ms} ms`);

/** Exactly these pods answer, each at least once, and no connection is lost. */
export const answeredBy =
  (...names: readonly string[]) =>
  (came: Came): Seen => {
    const total = [...came.answers.values()].reduce((sum, n) => sum + n, 0);
    const ok =
      came.exitCode === 0 && total === came.times && names.length === came.answers.size && names.every((name) => came.answers.has(name));
    return {
      ok,
      saw: came.answers.size === 0 ? nothing(came) : came.times === 1 ? distribution(came) : `${distribution(came)} of ${came.times}`,
    };
  };

/** One of these pods answers. */
export const answeredByOneOf =
  (...names: readonly string[]) =>
  (came: Came): Seen => ({
    ok: came.exitCode === 0 && came.answers.size === 1 && [...came.answers.keys()].every((name) => names.includes(name)),
    saw: came.answers.size === 0 ? nothing(came) : distribution(came),
  });

/** The answering end saw this address, with or without prefix length. */
export const cameFrom =
  (address: string) =>
  (came: Came): Seen => ({
    ok: came.exitCode === 0 && came.clients.size === 1 && came.clients.has(address),
    saw: came.clients.size === 0 ? nothing(came) : `it saw ${[...came.clients].join(', ')}`,
  });

/** The connection is refused, and at once. */
export const refused = (came: Came): Seen => ({
  ok: came.exitCode === 7 && came.ms < REFUSED_WITHIN_MS,
  saw: came.exitCode === 7 ? `refused after ${came.ms} ms` : came.answers.size > 0 ? distribution(came) : nothing(came),
});
