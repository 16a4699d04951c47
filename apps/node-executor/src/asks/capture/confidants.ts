import { lookup } from 'node:dns/promises';
import type { Peer } from './capture.ts';

/** Ports of URLs that name none. */
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'redis:': 6379, 'rediss:': 6379 };

/** Who listens at a URL, by address. Throws the resolver's error. */
export async function listenerAt(url: string): Promise<Peer> {
  const { hostname, port, protocol } = new URL(url);
  return { host: (await lookup(hostname, 4)).address, port: port === '' ? (PORTS[protocol] ?? 0) : Number(port) };
}
