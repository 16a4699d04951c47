import type { TraceSighting } from '@weft/jobs';
import type { ReachabilityHop } from '@weft/model';
import { droppedBy, ends, keptBy, type SeenOn, type SeenPacket } from './correlate.ts';
import { type KnownNode, routeHas, ruleBehind, uncounted, wayBehind } from './known-node.ts';

type Step = ReachabilityHop['steps'][number];
type Event = TraceSighting['way']['events'][number];

/** What is known of the fleet, by node and by address. */
export interface Known {
  node(name: string): KnownNode;
  /** Who has an address, in words; null: nobody of the fleet. */
  whoHas(ip: string): string | null;
}

const endpoint = (ip: string, port: number | null) => (port === null ? ip : `${ip}:${port}`);

/** Verdicts by which a rule only lets a packet go on to the next. */
const GOES_ON: ReadonlySet<string> = new Set(['continue', '']);

/** What our own tables of traces do to packets is nothing to tell. */
const isOurs = ({ table }: Event) => table.startsWith('ip weft_trace');

const plain = (kind: Step['kind'], text: string, behind: Step['behind'] = []): Step => ({ kind, hook: null, text, behind });

/** The hook that a rule was met at, where the links of the packet tell. */
const hookOf = ({ iif, oif }: SeenPacket): Step['hook'] => (iif === null ? null : oif === null ? 'prerouting' : 'forward');

/** A rule and its verdict, which most rules end with. */
const ruleText = ({ rule, verdict }: { readonly rule: string; readonly verdict: string }) =>
  rule.endsWith(verdict) ? uncounted(rule) : `${uncounted(rule)} → ${verdict}`;

/** What has become of a packet between two hooks. */
function changes(before: SeenPacket, after: SeenPacket): Step[] {
  const [from, to] = [endpoint(before.destination, before.destinationPort), endpoint(after.destination, after.destinationPort)];
  const [was, is] = [endpoint(before.source, before.sourcePort), endpoint(after.source, after.sourcePort)];
  return [
    ...(from === to ? [] : [plain('translate', `${from} becomes ${to}`)]),
    ...(was === is ? [] : [plain('masquerade', `the source ${was} becomes ${is}`)]),
  ];
}

/** The rules that a packet met, with what they made of it. */
function ruleSteps(node: KnownNode, events: readonly Event[]): { readonly step: Step; readonly routed: boolean }[] {
  let packet: SeenPacket | null = null;
  return events.flatMap((event, at) => {
    if (event.what === 'packet') {
      const changed = packet === null ? [] : changes(packet, event.packet);
      packet = event.packet;
      return changed.map((step) => ({ step, routed: step.kind === 'masquerade' }));
    }
    if (packet === null || isOurs(event) || GOES_ON.has(event.verdict)) return [];
    const routed = packet.oif !== null;
    if (event.what === 'policy') {
      if (event.verdict !== 'drop') return [];
      return [{ step: plain('stop', `dropped by the policy of chain ${event.chain} in table ${event.table}`), routed }];
    }
    const next: Event | undefined = events.slice(at).find((one) => one.what === 'packet');
    const became: SeenPacket = next?.what === 'packet' ? next.packet : packet;
    const behind = ruleBehind(node, event, packet, became);
    const step: Step = {
      kind: event.verdict === 'drop' ? 'stop' : 'rule',
      hook: hookOf(packet),
      text: ruleText(event),
      behind,
    };
    return [{ step, routed }];
  });
}

/** Where the host says that it sends a packet. */
function routeSteps(node: KnownNode, { lookUps }: TraceSighting, destination: string): Step[] {
  const { route, neighbour, tunnel } = lookUps;
  if (!route.found) return [plain('stop', `no route to ${destination}: ${route.text}`)];
  const next = route.gateway ?? destination;
  const mac = neighbour?.mac ?? null;
  return [
    plain('route', route.text, wayBehind(node, 'route', routeHas(destination))),
    ...(neighbour === null
      ? []
      : [
          plain(
            'neighbour',
            neighbour.text,
            wayBehind(node, 'neighbour', (key) => key === `${route.device} ${next}`),
          ),
        ]),
    ...(tunnel === null
      ? []
      : [
          plain(
            'tunnel',
            `to ${tunnel.destination}: ${tunnel.text}`,
            wayBehind(node, 'fdb', (key) => key === `${route.device} ${mac}`),
          ),
        ]),
  ];
}

/** How a packet left the node, or arrived. */
function lastSteps(sighting: TraceSighting, known: Known, goesOn: boolean): Step[] {
  const { route, connection } = sighting.lookUps;
  if (droppedBy(sighting) !== null || !route.found) return [];
  const kept = keptBy(sighting);
  if (kept !== null) return [plain('stop', kept)];
  const { left } = ends(sighting);
  const who = known.whoHas(left.destination);
  const tracked = connection === null ? [] : [plain('translate', `conntrack: ${connection}`)];
  const arrives = !goesOn && (route.type === 'local' || route.gateway === null);
  return [...tracked, plain(arrives ? 'deliver' : 'leave', arrives ? `to ${who ?? left.destination}` : `by ${route.device}`)];
}

/** One node of the way of a packet, step by step. */
function hopOf({ node: name, sighting }: SeenOn, known: Known, goesOn: boolean): ReachabilityHop {
  const node = known.node(name);
  const { came, left } = ends(sighting);
  const from = known.whoHas(came.source) ?? (came.iif === null ? 'a process of the host' : 'outside');
  const start = plain(
    'start',
    `${came.protocol} ${endpoint(came.source, came.sourcePort)} → ${endpoint(came.destination, came.destinationPort)} from ${from}${came.iif === null ? '' : `, by ${came.iif}`}`,
  );
  const met = ruleSteps(node, sighting.way.events);
  const before = met.filter(({ routed }) => !routed).map(({ step }) => step);
  const after = met.filter(({ routed }) => routed).map(({ step }) => step);
  const wasRouted = before.every(({ kind }) => kind !== 'stop');
  const route = wasRouted ? routeSteps(node, sighting, left.destination) : [];
  return { node: name, steps: [start, ...before, ...route, ...after, ...lastSteps(sighting, known, goesOn)] };
}

/** The nodes of the way of a packet, step by step. */
export function hopsOf(way: readonly SeenOn[], known: Known): ReachabilityHop[] {
  return way.map((seen, at) => hopOf(seen, known, at < way.length - 1));
}
