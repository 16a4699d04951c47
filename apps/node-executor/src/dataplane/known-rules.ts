import type { RulesGeneration } from '@weft/host';
import { errorChain, type Logger } from '@weft/telemetry';
import type { RulesRead, RulesReadFile } from '../disk/rules-read-file.ts';

/** What this knowledge stands on. */
export interface KnownRulesParts {
  readonly generation: RulesGeneration;
  readonly file: RulesReadFile;
  /** Names this program (disk/writer.ts), as another one may compile the same state to other rules; null: it cannot be known again. */
  readonly writer: string | null;
  readonly log: Logger;
}

/**
 * Which rules of nftables the kernel has, without reading them: they were read back and found to be what a configuration comes to, and the kernel says that nobody has changed any since. Reading ten
 * thousand services takes more than a second, which whoever starts or verifies need not wait for then.
 */
export class KnownRules {
  readonly #parts: KnownRulesParts;
  #read: Promise<RulesRead | null> | null = null;

  constructor(parts: KnownRulesParts) {
    this.#parts = parts;
  }

  /** The hash of the configuration that the kernel's rules are of; null: they have to be read. Never rejects. */
  async configHash(): Promise<string | null> {
    const { file, writer } = this.#parts;
    this.#read ??= file.load();
    const read = await this.#read;
    if (read === null || read.writer !== writer) return null;
    return (await this.generation()) === read.generation ? read.configHash : null;
  }

  /** The state that the rules are in now; null: the kernel cannot say. Never rejects. */
  generation(): Promise<string | null> {
    return this.#parts.generation();
  }

  /** Says that the rules were read in a state, and were those of a configuration. Never throws. */
  found(generation: string, configHash: string): void {
    const { file, writer, log } = this.#parts;
    if (writer === null) return;
    const read: RulesRead = { generation, configHash, writer };
    this.#read = Promise.resolve(read);
    try {
      file.keep(read);
    } catch (error) {
      log.debug({ why: errorChain(error) }, 'the state directory cannot be written: the next start reads the rules');
    }
  }
}

/** Where rules are always read. */
export const UNKNOWN_RULES: Pick<KnownRules, 'configHash' | 'generation' | 'found'> = {
  configHash: async () => null,
  generation: async () => null,
  found: () => undefined,
};
