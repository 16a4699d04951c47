import { passed, TRACE_TABLE_PREFIX, type TracedPacket, type TracedWay, traceTable } from '@weft/kernel';
import { CommandError } from '../exec.ts';
import { Coprocess } from '../real/coprocess.ts';
import { doneWord, errorsBefore, isDone } from '../real/nft-answer.ts';
import { makeRunner, type Runner } from '../real/runner.ts';
import { type DropKnowledge, DropWatch, dropKnowledge } from './drop-watch.ts';
import { lookUp } from './look-up.ts';
import type { PacketTracing, RunningTrace, SendOrder, SendOutcome, Sighting, TraceOrder } from './packet-tracing.ts';
import { SEND_INIT } from './send-init.ts';
import { TraceMonitor } from './trace-monitor.ts';

/** Ends with us, however we end. */
const WITH_US = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

const TABLE_MS = 15_000;
/** Of as many packets the host is asked at a time: each is some commands. */
const TOGETHER_MAX = 4;

/** What sending may take beside waiting for the answer, in ms. */
const START_MS = 20_000;

/** The packet at each hook that it was seen at. */
const packetsOf = ({ events }: TracedWay): TracedPacket[] => events.flatMap((event) => (event.what === 'packet' ? [event.packet] : []));

/** A table that has packets traced, with the process that owns it, and what listens to it. */
class RealTrace implements RunningTrace {
  readonly #runner: Runner;
  readonly #monitor: TraceMonitor;
  readonly #owner: Coprocess;
  readonly #droppedOnly: boolean;
  #drops: DropWatch | null = null;

  constructor(runner: Runner, table: string, droppedOnly: boolean) {
    this.#droppedOnly = droppedOnly;
    this.#runner = runner;
    this.#monitor = new TraceMonitor(runner.onHost([...WITH_US, 'stdbuf', '-oL', 'nft', 'monitor', 'trace']), `ip ${table}`);
    this.#owner = new Coprocess(runner.onHost([...WITH_US, 'nft', '-i']));
  }

  /** Makes the table when everything that it says will be heard, and what the kernel says of packets that it drops where it does. Throws Error. */
  async begin(commands: string, drops: Promise<DropWatch | null>): Promise<void> {
    this.#drops = await drops;
    await this.#monitor.listening();
    const word = doneWord(1);
    const input = `${commands.replaceAll('\n', '; ')}\n${word}\n`;
    const answer = await this.#owner.ask({ input, isWhole: (text) => isDone(text, word), deadlineMs: TABLE_MS });
    const errors = answer.whole ? errorsBefore(answer.text, word) : `${answer.text} ${answer.why}`;
    if (errors !== '') throw new Error(`nft does not trace: ${errors}`);
  }

  async take(): Promise<Sighting[]> {
    const ways = this.#monitor.whole(TOGETHER_MAX).filter((way) => !this.#droppedOnly || !passed(way));
    return Promise.all(
      ways.map(async (way) => {
        const packets = packetsOf(way);
        const [came] = packets;
        const last = packets.at(-1);
        if (came === undefined || last === undefined) throw new Error('a way without a packet');
        const lookUps = await lookUp(this.#runner, { came, routedTo: last.destination });
        return { way, lookUps, reason: passed(way) ? null : (this.#drops?.reasonFor(packets) ?? null) };
      }),
    );
  }

  close(): void {
    this.#owner.close();
    this.#monitor.close();
    this.#drops?.close();
  }
}

/** What traces packets on a real host. */
export interface RealTracingOptions {
  /** The file of send-packet.ts, as Node.js runs it. */
  readonly sendScript: string;
  /** The argv prefix that leads to the host; empty: this host. */
  readonly enter?: readonly string[];
}

/**
 * Traces with nftables, whichever rules the host has: those of nft and of iptables-nft are told, those of iptables-legacy and what IPVS does are not. For which reason the kernel drops what no
 * rule drops is told where it describes its types and lets itself be asked.
 */
export function realTracing({ sendScript, enter = [] }: RealTracingOptions): PacketTracing {
  const runner = makeRunner(enter);
  let known: Promise<DropKnowledge | null> | null = null;
  const drops = async (protocol: TraceOrder['protocol']) => {
    known ??= dropKnowledge();
    const knowledge = await known;
    return knowledge === null ? null : DropWatch.begin(runner, WITH_US, knowledge, protocol);
  };
  return {
    async begin({ name, protocol, flows, droppedOnly }: TraceOrder): Promise<RunningTrace> {
      const table = `${TRACE_TABLE_PREFIX}_${name}`;
      const trace = new RealTrace(runner, table, droppedOnly);
      try {
        await trace.begin(traceTable(table, protocol, flows), drops(protocol));
        return trace;
      } catch (error) {
        trace.close();
        throw error;
      }
    },
    async send({ netns, protocol, sourcePort, destination, port, timeoutMs }: SendOrder): Promise<SendOutcome> {
      const inside = netns === null ? [] : ['ip', 'netns', 'exec', netns];
      const program = protocol === 'sctp' ? ['perl', '-e', SEND_INIT] : [process.execPath, sendScript, protocol];
      const script = [...program, `${sourcePort}`, destination, `${port}`, `${timeoutMs}`];
      const limit = ['timeout', '--signal=KILL', `${Math.ceil((timeoutMs + START_MS) / 1_000)}`];
      const result = await runner.run([...WITH_US, ...inside, ...limit, ...script]);
      if (result.exitCode !== 0) throw new CommandError(result);
      return JSON.parse(result.stdout) as SendOutcome;
    },
  };
}
