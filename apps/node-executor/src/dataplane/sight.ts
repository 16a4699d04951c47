import type { NodeConfig } from '@weft/kernel';
import type { Host, SysctlKeys } from '@weft/reconcile';

/** A look that was begun before anybody knew what is wanted there, and so which settings to read. */
interface Ahead {
  readonly know: (sysctls: SysctlKeys) => void;
  readonly seen: Promise<NodeConfig>;
}

/** Looks at the whole of a host, inside pods too; the first look may be begun while what is wanted is still being read. */
export class Sight {
  readonly #host: Pick<Host, 'observe'>;
  #ahead: Ahead | null = null;

  constructor(host: Pick<Host, 'observe'>) {
    this.#host = host;
  }

  /** Begins a look for whoever asks next: listing ten thousand services takes as long as reading them from the disk. */
  begin(): void {
    const { promise, resolve } = Promise.withResolvers<SysctlKeys>();
    const seen = this.#host.observe(promise, { pods: true });
    // Whoever takes it hears of it.
    seen.catch(() => undefined);
    this.#ahead = { know: resolve, seen };
  }

  /** Forgets a look that was begun: the host may be another since. */
  forget(): void {
    this.#ahead = null;
  }

  /** Everything on the host that is ours, with these settings. Rejects when the host cannot be read. */
  see(sysctls: SysctlKeys): Promise<NodeConfig> {
    const ahead = this.#ahead;
    this.forget();
    if (ahead === null) return this.#host.observe(sysctls, { pods: true });
    ahead.know(sysctls);
    return ahead.seen;
  }
}
