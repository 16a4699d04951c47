import type { NodeConfig, Step } from '@weft/kernel';
import { diff, type Host, programming, withDraining } from '@weft/reconcile';
import { asForeign, type Cure } from '../decide/cure.ts';
import type { Refusals } from '../decide/refusals.ts';
import type { Compilation } from './compilation.ts';
import type { Seen } from './sight.ts';

/** How a host is brought to what a state comes to. */
export interface WayThere {
  readonly goal: NodeConfig;
  readonly steps: readonly Step[];
  /** The host that carries the steps out: where a table is made, its services are programmed group by group. */
  readonly on: Host;
  /** Services that contradict others, with how; while a table is made it grows. */
  readonly refused: ReadonlyMap<string, string>;
}

/** From a host as it was seen to a compilation, whose account is filled on the way, but for some services. Rules that were not read are those of the compilation. */
export function wayThere(
  host: Host,
  compilation: Compilation,
  { config: observed, rulesOf }: Seen,
  cure: Cure,
  leftOut: Refusals,
): WayThere {
  const { fixed, account } = compilation;
  const { loading } = account;
  const services = compilation.services(leftOut);
  if (loading !== null && rulesOf === null && (observed.nft === null || cure === 'rebuild')) {
    const { host: on, refused } = programming(host, () => loading.load(host, services));
    const goal = withDraining({ ...fixed, nft: loading.frame }, observed);
    return { goal, steps: diff(goal, { ...observed, nft: null }), on, refused };
  }
  const refused = account.fill(services, observed);
  const goal = withDraining(compilation.config, observed);
  const before = rulesOf === null ? observed : { ...observed, nft: goal.nft };
  return { goal, steps: diff(goal, cure === 'replace' ? asForeign(before) : before), on: host, refused };
}
