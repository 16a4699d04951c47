import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BareRun } from './bare-tools.ts';

/** Where Debian's package containernetworking-plugins puts them. */
const PLUGINS = '/usr/lib/cni';

export const CNI = 'CNI plugins bridge and host-local';

/** Whether the plugins are on this machine. */
export const hasCni = (): boolean => existsSync(join(PLUGINS, 'bridge')) && existsSync(join(PLUGINS, 'host-local'));

/** A network of its own for each round, with its addresses kept in `folder`: in it every address is free. */
const networkOf = (round: number, folder: string) =>
  JSON.stringify({
    cniVersion: '0.4.0',
    name: `bench-${round}`,
    type: 'bridge',
    bridge: 'cni0',
    isGateway: true,
    hairpinMode: true,
    mtu: 1_450,
    ipam: { type: 'host-local', subnet: '100.66.0.0/22', routes: [{ dst: '0.0.0.0/0' }], dataDir: join(folder, 'cni') },
  });

/** What makes so many pods with the plugins, as a container runtime runs them (CNI specification 0.4.0): a namespace, then the plugin ADD. */
export function cniRuns(count: number, round: number, folder: string): BareRun[] {
  return Array.from({ length: count }, (_, n) => `cni-${round}-${n}`).flatMap((name): BareRun[] => [
    { argv: ['ip', 'netns', 'add', name], input: '' },
    {
      argv: [join(PLUGINS, 'bridge')],
      input: networkOf(round, folder),
      env: {
        CNI_COMMAND: 'ADD',
        CNI_CONTAINERID: name,
        CNI_NETNS: `/run/netns/${name}`,
        CNI_IFNAME: 'eth0',
        CNI_PATH: PLUGINS,
      },
    },
  ]);
}
