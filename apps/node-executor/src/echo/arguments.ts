import { parseArgs } from 'node:util';
import type { EchoOptions } from './echo-server.ts';

function ports(list: string | undefined, option: string): number[] {
  if (list === undefined || list === '') return [];
  return list.split(',').map((text) => {
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new RangeError(`--${option}: not a port: ${JSON.stringify(text)}`);
    return port;
  });
}

/** Reads `--identity namespace/name [--tcp 8080,…] [--udp 53,…]`. Throws TypeError or RangeError naming the option at fault. */
export function parseEchoArguments(argv: readonly string[]): EchoOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { identity: { type: 'string' }, tcp: { type: 'string' }, udp: { type: 'string' } },
  });
  if (values.identity === undefined || !/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/.test(values.identity))
    throw new RangeError('--identity: must be namespace/name');
  return { identity: values.identity, tcpPorts: ports(values.tcp, 'tcp'), udpPorts: ports(values.udp, 'udp'), address: '0.0.0.0' };
}
