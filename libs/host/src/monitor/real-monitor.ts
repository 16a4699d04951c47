import { IpMonitorReader, type IpNetnsJson, NftMonitorReader, parseIpJson } from '@weft/kernel';
import type { Runner } from '../real/runner.ts';
import type { Workloads } from '../real/workloads.ts';
import { ContentWatch } from './content-watch.ts';
import type { HostMonitor, Notice, SilentPart } from './host-monitor.ts';
import { Listener } from './listener.ts';
import { watchNetns } from './netns-watch.ts';
import type { OwnProcesses } from './own-processes.ts';

/** How often it is looked whether the processes in pods still run, in ms: one signal that nobody gets for each, a microsecond. */
const WORKLOADS_MS = 250;

/** What a real monitor stands on. */
export interface RealMonitorParts {
  readonly runner: Runner;
  readonly own: OwnProcesses;
  readonly workloads: Pick<Workloads, 'ended'>;
  /** Where the host's /run/netns is for this process. */
  readonly netnsFolder: string;
}

/** Ends with us, however we end; and says a line when it has it, not when it has many. */
const listening = ['setpriv', '--pdeathsig', 'KILL', '--', 'stdbuf', '-oL'] as const;

/** Listens to nft monitor, ip monitor and the folder of namespaces, and looks after what nobody tells of. */
export class RealMonitor implements HostMonitor {
  readonly #parts: RealMonitorParts;
  #tell: (notice: Notice) => void = () => undefined;
  readonly #content: ContentWatch;
  readonly #close: (() => void)[] = [];
  readonly #listeners: Listener[] = [];

  constructor(parts: RealMonitorParts) {
    this.#parts = parts;
    this.#content = new ContentWatch(parts.runner, (notice) => this.#tell(notice));
    this.#close.push(() => this.#content.close());
  }

  start(tell: (notice: Notice) => void): void {
    this.#tell = tell;
    const { runner, workloads, netnsFolder } = this.#parts;
    this.#listen(['nft', 'monitor'], 'nft-monitor', async () => this.#nftReader());
    this.#listen(['ip', '-o', 'monitor', 'all', 'all-nsid'], 'ip-monitor', async () => {
      const known = parseIpJson<IpNetnsJson>(await runner.read(['ip', '-j', 'netns', 'list']));
      const reader = new IpMonitorReader(known.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const])));
      return (piece) => {
        for (const news of reader.read(piece))
          tell(news.kind === 'lost' ? { by: 'ip-monitor', what: 'lost' } : { by: 'ip-monitor', what: 'network', news });
      };
    });
    this.#close.push(watchNetns(netnsFolder, tell));
    const timer = setInterval(() => {
      for (const netns of workloads.ended()) tell({ by: 'workload-watch', what: 'workload', netns });
    }, WORKLOADS_MS);
    timer.unref();
    this.#close.push(() => clearInterval(timer));
  }

  watchContent(parts: readonly SilentPart[]): void {
    this.#content.watch(parts);
  }

  get deaf(): number {
    return this.#listeners.filter(({ deaf }) => deaf).length;
  }

  forgetContent(): void {
    this.#content.forget();
  }

  close(): void {
    for (const close of this.#close.splice(0)) close();
  }

  #listen(tool: readonly string[], by: 'nft-monitor' | 'ip-monitor', open: () => Promise<(piece: string) => void>): void {
    const argv = () => this.#parts.runner.onHost([...listening, ...tool]);
    const listener = new Listener({ argv, open, missed: () => this.#tell({ by, what: 'lost' }) });
    this.#listeners.push(listener);
    listener.start();
    this.#close.push(() => listener.close());
  }

  #nftReader(): (piece: string) => void {
    const reader = new NftMonitorReader();
    return (piece) => {
      for (const news of reader.read(piece)) {
        if (news.news === 'lost') this.#tell({ by: 'nft-monitor', what: 'lost' });
        else if (!this.#parts.own.includes(news.process) && news.parts.size > 0)
          this.#tell({ by: 'nft-monitor', what: 'rules', parts: news.parts, process: news.process, text: news.text });
      }
    };
  }
}
