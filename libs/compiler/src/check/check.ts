import type { NodeConfig } from '@weft/kernel';
import type { Finding } from './finding.ts';
import { iptablesFindings } from './iptables-findings.ts';
import { networkFindings } from './network-findings.ts';
import { nftFindings } from './nft-findings.ts';

export type { Finding } from './finding.ts';

/**
 * A second pair of eyes: what cannot be right about a finished configuration. It knows the kernel's rules and nothing of how the
 * configuration was made, so that it does not repeat the compiler's mistakes. Empty: nothing found.
 */
export function check(config: NodeConfig): Finding[] {
  return [
    ...networkFindings(config),
    ...(config.nft === null ? [] : nftFindings(config.nft)),
    ...(config.iptables === null ? [] : iptablesFindings(config.iptables)),
  ];
}
