/** A node that has joined, as whoever looks after the leases sees it. */
export interface HeardNode {
  readonly id: string;
  readonly zone: string | null;
  /** It is NotReady already. */
  readonly lost: boolean;
  /** Its endpoints are withdrawn already. */
  readonly withdrawn: boolean;
  /** How long nothing was heard of it. */
  readonly silentSeconds: number;
}

/** When to give a node up. */
export interface Patience {
  /** After how long a silence. */
  readonly graceSeconds: number;
  /** Somebody other than the nodes was away: none is given up now. */
  readonly amnesty: boolean;
}

/**
 * What becomes of a node. Lost: it is NotReady from now on, and its endpoints are withdrawn. LostButKept: the same, and they are not. Withdrawn: it was NotReady before and its endpoints
 * are withdrawn now. Returned: it is heard of again.
 */
export type Verdict = 'Lost' | 'LostButKept' | 'Withdrawn' | 'Returned';

/** What becomes of the nodes for which anything changes, by id, and whether so many look lost that nothing is withdrawn somewhere. */
export interface Judgement {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly braked: boolean;
}

/** From this share on it is rather the control plane that is cut off than the nodes that died (Kubernetes: `--unhealthy-zone-threshold`). */
const DISRUPTED_SHARE = 0.55;
/** So few may die together without anything being wrong with whoever looks at them (Kubernetes' node lifecycle controller has the same number). */
const DIE_TOGETHER = 2;
/** Nodes that fall silent together are not found silent together, as they last spoke at different times: from this part of the grace on a node looks lost. */
const SUSPECT_AFTER = 0.5;

interface Share {
  suspect: number;
  readonly total: number;
}

const shareOf = (nodes: readonly HeardNode[], isSuspect: (node: HeardNode) => boolean): Share => ({
  suspect: nodes.filter(isSuspect).length,
  total: nodes.length,
});

const isMost = ({ suspect, total }: Share) => suspect > DIE_TOGETHER && suspect / total >= DISRUPTED_SHARE;
const isAll = ({ suspect, total }: Share) => suspect === total;

/**
 * The zones in which nothing is withdrawn: all of them when all or most of the fleet looks lost, else those of which most looks lost. A zone that is lost as a whole
 * while the others are not is believed to be: a rack without power, whose endpoints would cost every client a share of its connections.
 */
function brakedZones(fleet: readonly HeardNode[], isSuspect: (node: HeardNode) => boolean): ReadonlySet<string | null> {
  const zones = Map.groupBy(fleet, (node) => node.zone);
  const whole = shareOf(fleet, isSuspect);
  if (isAll(whole) || isMost(whole)) return new Set(zones.keys());
  const disrupted = [...zones].filter(([, nodes]) => {
    const share = shareOf(nodes, isSuspect);
    return isMost(share) && !isAll(share);
  });
  return new Set(disrupted.map(([zone]) => zone));
}

function verdictOn({ lost, withdrawn, silentSeconds }: HeardNode, braked: boolean, { graceSeconds, amnesty }: Patience): Verdict | null {
  if (silentSeconds <= graceSeconds) return lost ? 'Returned' : null;
  if (amnesty) return null;
  if (!lost) return braked ? 'LostButKept' : 'Lost';
  return withdrawn || braked ? null : 'Withdrawn';
}

/** What becomes of a fleet of which so much was heard. What was withdrawn before the brake took hold stays withdrawn until its node returns. */
export function judge(fleet: readonly HeardNode[], patience: Patience): Judgement {
  const isSuspect = (node: HeardNode) => node.silentSeconds > patience.graceSeconds * SUSPECT_AFTER;
  const braked = fleet.some(isSuspect) ? brakedZones(fleet, isSuspect) : new Set<string | null>();
  const verdicts = fleet.flatMap((node) => {
    const verdict = verdictOn(node, braked.has(node.zone), patience);
    return verdict === null ? [] : [[node.id, verdict] as const];
  });
  return { verdicts: new Map(verdicts), braked: braked.size > 0 };
}
