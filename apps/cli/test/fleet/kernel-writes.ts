import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually, type Lab } from '@weft/testing';

const GENERATION = /^# new generation (\d+)/gm;
const MARK = ['table', 'inet', 'listening'];

/**
 * Listens for everything that changes rules, addresses or routes of a host. Rules of iptables are told as well, when it is the nft variant. Of links and of IPv6 the
 * kernel has things to tell by itself.
 */
export class KernelWrites {
  readonly #lab: Lab;
  readonly #host: string;
  readonly #children: ChildProcess[] = [];
  #rules = '';
  #network = '';

  private constructor(lab: Lab, host: string) {
    this.#lab = lab;
    this.#host = host;
  }

  /** Listens from now on. */
  static async of(lab: Lab, host: string): Promise<KernelWrites> {
    const writes = new KernelWrites(lab, host);
    writes.#listen(['nft', 'monitor'], (text) => {
      writes.#rules += text;
    });
    writes.#listen(['ip', '-4', '-oneline', 'monitor', 'address', 'route'], (text) => {
      writes.#network += text;
    });
    await eventually('the monitor', async () => {
      await writes.#mark();
      return writes.#generations().length > 0;
    });
    await writes.#heardAll();
    writes.#rules = writes.#rules.slice(writes.#rules.lastIndexOf('# new generation'));
    writes.#network = '';
    return writes;
  }

  /** What was written since: how many transactions of rules, and each change of addresses and routes. */
  async end(): Promise<{ readonly transactions: number; readonly network: string }> {
    await this.#heardAll();
    for (const child of this.#children) {
      child.kill();
      await once(child, 'exit');
    }
    // The first is the one that the listening began with, the last two are what it ended with.
    return { transactions: this.#generations().length - 3, network: this.#network };
  }

  /** The numbers of the transactions that were heard of; the kernel counts them one by one. */
  #generations(): number[] {
    return Array.from(this.#rules.matchAll(GENERATION), ([, number]) => Number(number));
  }

  /** Two transactions of our own. */
  async #mark(): Promise<void> {
    for (const verb of ['add', 'delete']) await this.#lab.exec(this.#host, ['nft', verb, ...MARK]);
  }

  /** Makes transactions of our own, and waits until they were told. */
  async #heardAll(): Promise<void> {
    const before = this.#rules.length;
    await this.#mark();
    await eventually(
      'our own transactions',
      () => this.#rules.slice(before).includes('delete table inet listening') && this.#rules.endsWith(')\n'),
    );
  }

  #listen(argv: readonly string[], heard: (text: string) => void): void {
    const [file, ...args] = [...this.#lab.enter(this.#host), 'stdbuf', '-oL', ...argv] as [string, ...string[]];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8').on('data', heard);
    this.#children.push(child);
  }
}
