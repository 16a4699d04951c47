import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Figure, quantile } from '../harness/figure.ts';
import { OWN_NETWORK } from '../harness/program.ts';
import type { BenchBackend } from './fleet.ts';

/** Microseconds of connections of one round. */
interface Round {
  readonly through: readonly number[];
  readonly direct: readonly number[];
}

/** A backend with its services in a network of its own, ready to be connected through. */
interface Connector {
  readonly backend: BenchBackend;
  round(): Promise<Round>;
  end(): void;
}

/** Rounds that are thrown away: the first connections of a process are not like the others. */
const SETTLING = 3;

/** Rounds whose connections are put together for one ratio: enough for a 99th percentile. */
const TOGETHER = 10;

async function connectorOf(backend: BenchBackend, size: number): Promise<Connector> {
  const [file, ...args] = [...OWN_NETWORK, process.execPath, join(import.meta.dirname, 'connector.ts'), backend, String(size)];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${backend}: who connects has ended`);
    return value;
  };
  await next();
  return {
    backend,
    async round() {
      child.stdin.write('\n');
      return JSON.parse(await next());
    },
    end: () => child.stdin.end(),
  };
}

const joined = (rounds: readonly Round[], side: keyof Round) => rounds.flatMap((round) => round[side]);

/** What rounds come to: the time of a connection beside a direct one, and the median of the ratios of neighbouring ones. */
function figuresOf(backend: BenchBackend, size: number, rounds: readonly Round[]): Figure[] {
  const groups = Array.from({ length: Math.floor(rounds.length / TOGETHER) }, (_, at) => rounds.slice(at * TOGETHER, (at + 1) * TOGETHER));
  return [0.5, 0.99].flatMap((share): Figure[] => {
    const name = `${backend}: TCP connect through the last service, p${share * 100}`;
    const [through, direct] = [joined(rounds, 'through'), joined(rounds, 'direct')];
    const ratios = groups.map((group) => quantile(joined(group, 'through'), share) / quantile(joined(group, 'direct'), share));
    const none = { peer: null, peerName: null, spread: null, size };
    return [
      {
        ...none,
        name,
        unit: 'µs',
        value: quantile(through, share),
        floor: quantile(direct, share),
        floorName: 'direct, no service',
        runs: through.length,
      },
      {
        ...none,
        name: `${name}, beside a direct one`,
        unit: 'ratio',
        value: quantile(ratios, 0.5),
        floor: 1,
        floorName: 'direct, no service',
        runs: ratios.length,
        spread: { low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) },
      },
    ];
  });
}

/** Connects through the last of so many services on several backends, in turns, each time beside a direct connection. */
export async function connecting(backends: readonly BenchBackend[], size: number, rounds: number): Promise<Figure[]> {
  const connectors: Connector[] = [];
  try {
    for (const backend of backends) connectors.push(await connectorOf(backend, size));
    const seen = new Map(connectors.map(({ backend }) => [backend, [] as Round[]]));
    for (let round = -SETTLING; round < rounds; round += 1)
      for (const connector of connectors) {
        const one = await connector.round();
        if (round >= 0) seen.get(connector.backend)?.push(one);
      }
    return [...seen].flatMap(([backend, its]) => figuresOf(backend, size, its));
  } finally {
    for (const connector of connectors) connector.end();
  }
}
