import type { Step } from '@weft/kernel';

/** Steps of one chain need each other in their order. */
export interface Chain {
  readonly name: string;
  /** Steps of other chains may run at the same time. */
  readonly parallel: boolean;
}

const SERVICES: Chain = { name: 'services', parallel: false };

const ofPod = (netns: string): Chain => ({ name: `pod ${netns}`, parallel: true });

/**
 * The chain that a step is a link of. Within a pod each step needs the one before it, pods do not need each other; service rules of a backend in use must
 * stand before the other backend's go. Null: everything after it may need it, but may well succeed when it failed.
 */
export function chainOf(step: Step): Chain | null {
  switch (step.tool) {
    case 'nft':
    case 'iptables':
    case 'iptables-leave':
    case 'ipset':
    case 'ipvs':
      return SERVICES;
    case 'ip':
      return step.netns === null ? null : ofPod(step.netns);
    case 'workload-start':
    case 'workload-stop':
      return ofPod(step.workload.netns);
    default:
      return null;
  }
}

/** Cuts steps into groups that follow each other; the steps of a group may run at the same time. At most `size` in a group. */
export function groups(steps: readonly Step[], size: number): Step[][] {
  const cut: Step[][] = [];
  let names = new Set<string>();
  for (const step of steps) {
    const chain = chainOf(step);
    const joins = chain?.parallel === true && names.size > 0 && names.size < size && !names.has(chain.name);
    if (joins) cut.at(-1)?.push(step);
    else {
      cut.push([step]);
      names = new Set();
    }
    if (chain?.parallel === true) names.add(chain.name);
  }
  return cut;
}
