import type { ConntrackEntry, ConntrackFilter } from '@weft/kernel';
import { contains } from '@weft/model';
import type { UdpFrontends } from './udp-frontends.ts';

/** What entries are judged by. */
export interface FlowTruth {
  readonly wanted: UdpFrontends;
  /** Frontends that there were before, and where they led. */
  readonly former: UdpFrontends;
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  /** Addresses at which the node itself receives packets. */
  readonly localAddresses: ReadonlySet<string>;
}

/** Node ports never answer there. */
const LOOPBACK = '127.0.0.0/8';

const inAny = (cidrs: readonly string[], address: string) => cidrs.some((cidr) => contains(cidr, address));

/** Remembers answers by address: a table has many entries and few addresses that matter. */
function remembered(ask: (address: string) => boolean): (address: string) => boolean {
  const answers = new Map<string, boolean>();
  return (address) => {
    const known = answers.get(address) ?? ask(address);
    answers.set(address, known);
    return known;
  };
}

const frontendOf = ({ original }: ConntrackEntry) => `${original.destination}:${original.destinationPort}`;
const leadOf = ({ reply }: ConntrackEntry) => `${reply.source}:${reply.sourcePort}`;

/** Where a flow to this frontend leads; undefined: it is none. */
type Lookup = (entry: ConntrackEntry) => ReadonlySet<string> | undefined;

function lookupIn({ byAddress, byNodePort, nodePortRanges }: UdpFrontends, localAddresses: ReadonlySet<string>): Lookup {
  const answers = remembered((address) => localAddresses.has(address) && !contains(LOOPBACK, address) && inAny(nodePortRanges, address));
  return (entry) => {
    const { destination, destinationPort } = entry.original;
    const found = byAddress.get(frontendOf(entry));
    if (found !== undefined || !byNodePort.has(destinationPort)) return found;
    return answers(destination) ? byNodePort.get(destinationPort) : undefined;
  };
}

function endpointAddresses({ byAddress, byNodePort }: UdpFrontends): string[] {
  return [...byAddress.values(), ...byNodePort.values()].flatMap((leads) => Array.from(leads, (lead) => lead.split(':')[0] ?? ''));
}

/**
 * The entries that lead where a frontend does not lead any more: to an endpoint that left, or untranslated to the frontend's own address, from before there was
 * an endpoint. An entry of something that is no frontend any more is stale where it is translated. Whatever leads to an address that is neither a pod's
 * nor ever was an endpoint's is the work of somebody else's NAT, and left alone. (The rule of kube-proxy's reconciler since 1.32, and the cases it lacked.)
 */
export function staleEntries(entries: readonly ConntrackEntry[], truth: FlowTruth): ConntrackEntry[] {
  const wanted = lookupIn(truth.wanted, truth.localAddresses);
  const former = lookupIn(truth.former, truth.localAddresses);
  const inServices = remembered((address) => inAny(truth.serviceCidrs, address));
  const known = new Set([truth.wanted, truth.former].flatMap(endpointAddresses));
  const couldBeEndpoint = remembered((address) => known.has(address) || inAny(truth.podCidrs, address));

  return entries.filter((entry) => {
    const leads = wanted(entry);
    const lead = leadOf(entry);
    if (leads?.has(lead)) return false;
    const untranslated = lead === frontendOf(entry);
    if (leads === undefined && (untranslated || (former(entry) === undefined && !inServices(entry.original.destination)))) return false;
    return untranslated || couldBeEndpoint(entry.reply.source);
  });
}

/**
 * Filters that name the stale among entries, few for many: one for each frontend and place that it must not lead to. A frontend that leads nowhere any more and has no
 * other entries needs only one.
 */
export function staleFilters(entries: readonly ConntrackEntry[], truth: FlowTruth): ConntrackFilter[] {
  const wanted = lookupIn(truth.wanted, truth.localAddresses);
  const stale = new Set(staleEntries(entries, truth));
  const alive = new Set(entries.filter((entry) => !stale.has(entry)).map(frontendOf));
  const filters = new Map<string, ConntrackFilter>();
  for (const entry of stale) {
    const { destination, destinationPort } = entry.original;
    const { source, sourcePort } = entry.reply;
    const frontend = frontendOf(entry);
    const over = !alive.has(frontend) && (wanted(entry)?.size ?? 0) === 0;
    filters.set(over ? frontend : `${frontend} ${leadOf(entry)}`, {
      destination,
      destinationPort,
      reply: over ? null : { source, sourcePort },
    });
  }
  return [...filters.values()];
}
