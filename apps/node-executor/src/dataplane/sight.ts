import { holdAny, type NodeConfig } from '@weft/kernel';
import { KERNEL_KINDS, type KernelKind } from '@weft/model';
import type { Host, ObserveScope, SysctlKeys } from '@weft/reconcile';
import type { KnownRules } from './known-rules.ts';

/** What was seen of a host. */
export interface Seen {
  readonly config: NodeConfig;
  /** The rules of nftables were not read: they are those of the configuration with this hash. Null: they are in there. */
  readonly rulesOf: string | null;
  /** The state that the rules were in while they were read; null: they were not, or nobody can say. */
  readonly generation: string | null;
}

/** A look that was begun before anybody knew what is wanted there, and so which settings to read. */
interface Ahead {
  readonly know: (sysctls: SysctlKeys) => void;
  readonly seen: Promise<Seen>;
}

const ALL_BUT_RULES: ReadonlySet<KernelKind> = new Set(KERNEL_KINDS.filter((kind) => !holdAny(['nft'], new Set([kind]))));

/** Looks at a host, and reads its rules of nftables where nobody knows them; the first look may be begun while what is wanted is still being read. */
export class Sight {
  readonly #host: Pick<Host, 'observe'>;
  readonly #rules: Pick<KnownRules, 'configHash' | 'generation'>;
  #ahead: Ahead | null = null;

  constructor(host: Pick<Host, 'observe'>, rules: Pick<KnownRules, 'configHash' | 'generation'>) {
    this.#host = host;
    this.#rules = rules;
  }

  /** Begins a look at everything for whoever asks next: listing ten thousand services takes longer than reading them from the disk. */
  begin(): void {
    const { promise, resolve } = Promise.withResolvers<SysctlKeys>();
    const seen = this.#rules.configHash().then((rulesOf) => this.#observe(promise, { pods: true }, rulesOf));
    // Whoever takes it hears of it.
    seen.catch(() => undefined);
    this.#ahead = { know: resolve, seen };
  }

  /** Forgets a look that was begun: the host may be another since. */
  forget(): void {
    this.#ahead = null;
  }

  /** Everything on the host that is ours, inside pods too, with these settings. Takes a look that was begun. Rejects when the host cannot be read. */
  async see(sysctls: SysctlKeys): Promise<NodeConfig> {
    return (await this.seeUnless(null, sysctls)).config;
  }

  /** The same; rules that are known to be those of a configuration need not be read. */
  async seeUnless(hash: string | null, sysctls: SysctlKeys): Promise<Seen> {
    const ahead = this.#ahead;
    this.forget();
    if (ahead === null) return this.look(sysctls, { pods: true }, hash);
    ahead.know(sysctls);
    const seen = await ahead.seen;
    return seen.rulesOf === null || seen.rulesOf === hash ? seen : this.#observe(sysctls, { pods: true }, null);
  }

  /** Looks now. Rejects when the host cannot be read. */
  async look(sysctls: SysctlKeys, scope: ObserveScope, hash: string | null): Promise<Seen> {
    const known = hash !== null && (await this.#rules.configHash()) === hash;
    return this.#observe(sysctls, scope, known ? hash : null);
  }

  /** Looks at all but the rules, which somebody else reads. */
  lookBeside(sysctls: SysctlKeys, scope: ObserveScope, hash: string): Promise<Seen> {
    return this.#observe(sysctls, scope, hash);
  }

  async #observe(sysctls: SysctlKeys | Promise<SysctlKeys>, scope: ObserveScope, rulesOf: string | null): Promise<Seen> {
    if (rulesOf !== null)
      return { config: await this.#host.observe(sysctls, { ...scope, kinds: ALL_BUT_RULES }), rulesOf, generation: null };
    const before = await this.#rules.generation();
    const config = await this.#host.observe(sysctls, scope);
    const same = before !== null && (await this.#rules.generation()) === before;
    return { config, rulesOf, generation: same ? before : null };
  }
}
