import { FakeHost } from '@weft/host';
import { NFT_TABLE, type NodeConfig, renderNft, type Step } from '@weft/kernel';
import type { Host, ObserveScope, StepOutcome, SysctlKeys } from '@weft/reconcile';
import { NftTables } from './nft-tables.ts';

/** A host in memory: the stateful fake, with tables of nftables that a thousand of it can afford. */
export class HollowHost implements Host {
  readonly #fake: FakeHost;
  readonly #tables = new NftTables();
  /** Transactions of nft that were carried out. */
  transactions = 0;

  /** `address`: of the link that leads to other nodes, with its prefix length. */
  constructor(address: string) {
    this.#fake = new FakeHost({ start: { addresses: [{ netns: null, device: 'eth0', cidr: address }] } });
  }

  async observe(sysctlKeys: SysctlKeys | Promise<SysctlKeys>, scope: ObserveScope): Promise<NodeConfig> {
    return { ...(await this.#fake.observe(sysctlKeys, scope)), nft: this.#tables.table('ip', NFT_TABLE) };
  }

  async run(step: Step): Promise<StepOutcome> {
    if (step.tool !== 'nft') return this.#fake.run(step);
    const input = renderNft(step.commands, step.family, step.table);
    this.transactions += 1;
    try {
      this.#tables.run(step.family, step.table, step.commands);
      return { argv: ['nft', '-f', '-'], input, exitCode: 0, durationMs: 0, stderr: '' };
    } catch (error) {
      return {
        argv: ['nft', '-f', '-'],
        input,
        exitCode: 1,
        durationMs: 0,
        stderr: error instanceof Error ? error.message : String(error),
      };
    }
  }
}
