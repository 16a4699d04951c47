import type { NodeConfig, Step } from '@weft/kernel';
import type { KernelKind } from '@weft/model';

/** What came of one step. */
export interface StepOutcome {
  readonly argv: readonly string[];
  /** What the command read from standard input. */
  readonly input: string;
  /** Null: it was not started or was killed. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly stderr: string;
}

/** A step that did not do what it should. */
export interface StepFailure {
  readonly step: Step;
  readonly outcome: StepOutcome;
}

/** Which parts of a host to read. */
export interface ObserveScope {
  /** Inside each of our network namespaces as well, one process each. */
  readonly pods: boolean;
  /** What is of other kinds may be missing; left out: nothing is. */
  readonly kinds?: ReadonlySet<KernelKind>;
}

/** Settings to read: of the host itself (null) or of one of our network namespaces. */
export type SysctlKeys = readonly { readonly netns: string | null; readonly key: string }[];

/** A host whose network state can be read and written: the real kernel, or a fake that behaves like it. */
export interface Host {
  /**
   * Everything on the host that is ours, and nothing else. Sysctls are read for the keys given, which may come while all else is already being read. Rejects when the host
   * cannot be read.
   */
  observe(sysctlKeys: SysctlKeys | Promise<SysctlKeys>, scope: ObserveScope): Promise<NodeConfig>;
  /** Carries out one step. A failing command is an outcome with another exit code than 0, not an exception. */
  run(step: Step): Promise<StepOutcome>;
}
