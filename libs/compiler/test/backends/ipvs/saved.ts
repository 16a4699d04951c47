import { renderIpsetSave, renderIptablesSave, renderIpvsSave } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { ipvs } from '../../../src/backends/ipvs/index.ts';

/** What the tools would tell of a state's first node: routes and addresses for services, virtual services, sets and rules. */
export function saved(desired: DesiredState): string {
  const [node] = desired.nodes;
  if (node === undefined) throw new Error('a state without nodes has no services');
  const { ipvs: services = [], ipsets = [], iptables, addresses = [] } = ipvs.compile({ desired, node });
  const { routes = [] } = ipvs.network?.({ desired, node }) ?? {};
  const parts = [
    ['ip route show table local', routes.map(({ destination }) => `${destination}\n`).join('')],
    ['ip address show', addresses.map(({ cidr, device }) => `${cidr} ${device}\n`).join('')],
    ['ipvsadm -S -n', renderIpvsSave(services)],
    ['ipset save', renderIpsetSave(ipsets)],
    ['iptables-save', iptables ? renderIptablesSave(iptables) : ''],
  ];
  return parts.map(([tool, text]) => `# ${tool}\n${text}`).join('\n');
}
