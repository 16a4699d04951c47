import { BACKENDS } from '@weft/compiler';
import { type Backend, type DesiredState } from '@weft/model';
import { node } from '@weft/testing/desired';
import { CASES } from '../backends/cases.ts';
import { IPTABLES_CASES } from '../backends/iptables/cases.ts';
import { IPVS_CASES } from '../backends/ipvs/cases.ts';
import { NFT_CASES } from '../backends/nftables/cases.ts';
import { CASES as NETWORK_CASES } from '../network/cases.ts';

const OWN: Readonly<Record<Backend, Readonly<Record<string, DesiredState>>>> = {
  nftables: NFT_CASES,
  iptables: IPTABLES_CASES,
  ipvs: IPVS_CASES,
};

/** The state with another backend on its first node. */
function onBackend(backend: Backend, state: DesiredState): DesiredState {
  const [first = node(1), ...others] = state.nodes;
  return { ...state, nodes: [{ ...first, backend }, ...others] };
}

/** Every state that has a golden file, on the backends that can do what it asks for. */
export const GOLDEN_STATES: readonly (readonly [name: string, DesiredState])[] = (Object.keys(BACKENDS) as Backend[]).flatMap((backend) =>
  Object.entries({ ...CASES, ...NETWORK_CASES, ...OWN[backend] }).map(
    ([name, state]) => [`${backend}: ${name}`, onBackend(backend, state)] as const,
  ),
);
