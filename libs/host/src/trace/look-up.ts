import type { TracedPacket } from '@weft/kernel';
import type { Runner } from '../real/runner.ts';
import type { LookUps, NeighbourLookup, RouteLookup } from './packet-tracing.ts';

/** A packet as it came, and as it was when it was routed: with the destination that it was translated to. */
export interface Routed {
  readonly came: TracedPacket;
  readonly routedTo: string;
}

interface RouteJson {
  readonly type?: string;
  readonly gateway?: string;
  readonly dev: string;
}

interface NeighbourJson {
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

interface FdbJson {
  readonly mac: string;
  readonly dst?: string;
}

const firstOf = <T>(json: string): T | null => (json.trim() === '' ? null : ((JSON.parse(json) as T[])[0] ?? null));

/** What the tools print, without breaks. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

async function route(runner: Runner, { came, routedTo }: Routed): Promise<RouteLookup> {
  const from = came.iif === null ? [] : ['from', came.source, 'iif', came.iif];
  const argv = ['route', 'get', routedTo, ...from];
  const asked = await runner.run(['ip', '-j', ...argv]);
  const found = asked.exitCode === 0 ? firstOf<RouteJson>(asked.stdout) : null;
  if (found === null) return { found: false, text: oneLine(asked.stderr.replace('RTNETLINK answers: ', '')) };
  const { stdout } = await runner.run(['ip', ...argv]);
  const { type = 'unicast', dev, gateway = null } = found;
  return { found: true, type, device: dev, gateway, text: oneLine(stdout.replace(/\bcache\b.*/s, '')) };
}

async function neighbour(runner: Runner, ip: string, device: string): Promise<NeighbourLookup | null> {
  const argv = ['neigh', 'show', 'to', ip, 'dev', device];
  const found = firstOf<NeighbourJson>((await runner.run(['ip', '-j', ...argv])).stdout);
  if (found === null) return null;
  const { lladdr = null, state = [] } = found;
  return {
    mac: lladdr,
    state: state.join(' '),
    text: `${ip} dev ${device}${lladdr === null ? '' : ` lladdr ${lladdr}`} ${state.join(' ')}`,
  };
}

async function tunnel(runner: Runner, mac: string, device: string): Promise<LookUps['tunnel']> {
  const { exitCode, stdout } = await runner.run(['bridge', '-j', 'fdb', 'show', 'dev', device]);
  const entries = exitCode === 0 && stdout.trim() !== '' ? (JSON.parse(stdout) as FdbJson[]) : [];
  const entry = entries.find((one) => one.mac === mac && one.dst !== undefined);
  return entry?.dst === undefined ? null : { destination: entry.dst, text: `${mac} dev ${device} dst ${entry.dst}` };
}

async function connection(
  runner: Runner,
  { source, destination, protocol, sourcePort, destinationPort }: TracedPacket,
): Promise<string | null> {
  const tuple = ['-p', protocol, '-s', source, '-d', destination, '--sport', `${sourcePort}`, '--dport', `${destinationPort}`];
  const { stdout } = await runner.run(['conntrack', '-L', ...tuple]);
  return oneLine(stdout.split('\n')[0] ?? '') || null;
}

/** Asks a host where it sends a packet. What it cannot say is left out. */
export async function lookUp(runner: Runner, packet: Routed): Promise<LookUps> {
  const [found, tracked] = await Promise.all([route(runner, packet), connection(runner, packet.came)]);
  const local = !found.found || found.type === 'local';
  const next = local ? null : await neighbour(runner, found.gateway ?? packet.routedTo, found.device);
  const mac = next?.mac ?? null;
  return {
    route: found,
    neighbour: next,
    tunnel: local || mac === null ? null : await tunnel(runner, mac, found.device),
    connection: tracked,
  };
}
