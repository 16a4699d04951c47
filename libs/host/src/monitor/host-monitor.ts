import type { KernelProcess, NetworkNews, RulesPart } from '@weft/kernel';

/**
 * Something that happened on a host. `rules`: somebody else's transaction touched rules that are ours. `network`: anything that came, went or changed, whoever did
 * it. `netns`: a name of ours came or went below /run/netns. `workload`: a process in a pod ended that we did not stop. `content`: what nobody tells of
 * is not as it was; its text stands for it. `lost`: there was more to tell than was read, or nobody listened for a while.
 */
export type Notice =
  | {
      readonly by: 'nft-monitor';
      readonly what: 'rules';
      readonly parts: ReadonlySet<RulesPart>;
      readonly process: KernelProcess;
      readonly text: string;
    }
  | { readonly by: 'ip-monitor'; readonly what: 'network'; readonly news: NetworkNews }
  | { readonly by: 'netns-watch'; readonly what: 'netns'; readonly name: string; readonly there: boolean }
  | { readonly by: 'workload-watch'; readonly what: 'workload'; readonly netns: string }
  | { readonly by: 'content-watch'; readonly what: 'content'; readonly hash: string }
  | { readonly by: 'nft-monitor' | 'ip-monitor' | 'netns-watch'; readonly what: 'lost' };

export type NoticedBy = Notice['by'];

/** Parts of a host that no monitor tells of, and that have to be read again and again: rules of the legacy variant of iptables, ipsets, IPVS. */
export type SilentPart = 'iptables-legacy' | 'ipvs';

/** Tells what happens on a host until it is closed. */
export interface HostMonitor {
  /** Begins to tell. What happened before is not told. */
  start(tell: (notice: Notice) => void): void;
  /** Reads these parts from now on, as often as it may cost. */
  watchContent(parts: readonly SilentPart[]): void;
  /** Says that we have changed something: what is being read now is not told. */
  forgetContent(): void;
  /** How many of its tools do not listen now: they end as soon as they are started. */
  readonly deaf: number;
  close(): void;
}
