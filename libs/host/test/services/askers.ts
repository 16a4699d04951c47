import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Asker, TestFleet } from '../test-fleet.ts';

const SCRIPT = fileURLToPath(new URL('./asker.pl', import.meta.url));

interface Agent {
  readonly process: ChildProcessWithoutNullStreams;
  readonly answers: AsyncIterator<string>;
  readonly lines: Interface;
}

/** How something is asked. */
export interface Manner {
  /** So often at once. */
  readonly times: number;
  /** So many questions over each connection. */
  readonly rounds: number;
  readonly patienceMs: number;
  /** By which address of the party's; the one that its kernel chooses when not said. */
  readonly by?: string;
  /** Its connections stay open until they are released. */
  readonly held: boolean;
}

/** One process for each party that asks, for as long as the suite runs: starting one costs more than what it is asked. */
export interface Askers {
  /** Asks `url` (`tcp://host:port`, udp and sctp as well) in a party's name; what came of each time. */
  ask(who: Asker, url: string, manner: Manner): Promise<string[]>;
  /** Closes the connections that are held. */
  release(): Promise<void>;
  end(): Promise<void>;
}

function question(url: string, { times, rounds, patienceMs, by = '0.0.0.0', held }: Manner): string {
  const [, protocol, host, port] = /^(tcp|udp|sctp):\/\/([\d.]+):(\d+)$/.exec(url) ?? [];
  if (protocol === undefined) throw new Error(`not a URL of the suite: ${url}`);
  return `${protocol} ${host} ${port} ${times} ${rounds} ${patienceMs / 1_000} ${by} ${held ? 1 : 0}\n`;
}

/** Starts nothing yet: an agent is started with its party's first question. */
export function createAskers(fleet: TestFleet): Askers {
  const agents = new Map<string, Agent>();
  const agentOf = (who: Asker): Agent => {
    const name = JSON.stringify(who);
    const known = agents.get(name);
    if (known !== undefined) return known;
    const [file, ...argv] = fleet.onto(who, ['perl', SCRIPT]) as [string, ...string[]];
    const child = spawn(file, argv, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: child.stdout });
    const agent = { process: child, lines, answers: lines[Symbol.asyncIterator]() };
    agents.set(name, agent);
    return agent;
  };
  const tell = async ({ process: child, answers }: Agent, line: string): Promise<string> => {
    child.stdin.write(line);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`who asks has ended at: ${line}`);
    return value;
  };
  /** Who holds connections. */
  const holding = new Set<Agent>();
  return {
    async ask(who, url, manner) {
      const agent = agentOf(who);
      if (manner.held) holding.add(agent);
      return (await tell(agent, question(url, manner))).split('\t');
    },
    async release() {
      for (const agent of holding) await tell(agent, 'release\n');
      holding.clear();
    },
    async end() {
      await Promise.all(
        Array.from(agents.values(), async ({ process: child }) => {
          const ended = once(child, 'exit');
          child.stdin.end();
          await ended;
        }),
      );
    },
  };
}
