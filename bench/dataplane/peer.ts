import type { DesiredState } from '@weft/model';
import { APART, timeTool } from './bare-tool.ts';
import type { BenchBackend } from './fleet.ts';
import { kubeProxyIptables, kubeProxyIptablesChange } from './kube-proxy-iptables.ts';
import { kubeProxyChange, kubeProxyLayout } from './kube-proxy-nft.ts';

/** What the peer of a figure is called. */
export const PEER = 'a chain for each service and endpoint';

/** How many changes of one endpoint the peer makes. */
const CHANGES = 9;

/** The layout of kube-proxy as texts for a bare tool. */
interface Layout {
  readonly load: readonly [argv: readonly string[], text: (state: DesiredState) => string];
  readonly change: readonly [argv: readonly string[], text: (state: DesiredState, turn: number) => string];
  readonly end: readonly [argv: readonly string[], text: string];
}

const NFT = ['nft', '-f', '-'];
const TABLE = 'peer';

const inNft: Layout = {
  load: [NFT, (state) => kubeProxyLayout(state, TABLE)],
  change: [NFT, (state, turn) => kubeProxyChange(state, TABLE, turn)],
  end: [NFT, `delete table ip ${TABLE}\n`],
};

const inIptables: Layout = {
  load: [['iptables-restore'], kubeProxyIptables],
  change: [['iptables-restore', '--noflush'], kubeProxyIptablesChange],
  end: [['iptables-restore'], '*nat\nCOMMIT\n'],
};

/** The peer of each backend, and the most services with which it ends in bounded time: what a chain costs nf_tables grows with the number of chains. */
const PEERS: Readonly<Record<BenchBackend, { readonly layout: Layout; readonly most: number }>> = {
  nftables: { layout: inNft, most: 10_000 },
  'iptables-nft': { layout: inIptables, most: 1_000 },
  'iptables-legacy': { layout: inIptables, most: 10_000 },
  ipvs: { layout: inIptables, most: 10_000 },
};

/** Milliseconds of the peer. */
export interface PeerTimes {
  readonly load: readonly number[];
  readonly change: readonly number[];
}

/** The same services in the shape of kube-proxy, in the namespace apart: full load, and one change at a time. Null: so many would take minutes. */
export async function peerOf(backend: BenchBackend, folder: string, state: DesiredState): Promise<PeerTimes | null> {
  const { layout, most } = PEERS[backend];
  if (state.services.length > most) return null;
  const time = (argv: readonly string[], text: string) => timeTool(folder, [...APART, ...argv], text);
  const load = await time(layout.load[0], layout.load[1](state));
  const change: number[] = [];
  for (let turn = 0; turn < CHANGES; turn += 1) change.push(await time(layout.change[0], layout.change[1](state, turn)));
  await time(...layout.end);
  return { load: [load], change };
}
