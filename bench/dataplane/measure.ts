// One backend at one size, in the network namespace that this process was started in. Prints figures as JSON, one a line.
// Arguments: backend, number of services.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealHost } from '@weft/host';
import { type Figure, figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { APART, BareNft, timeTool } from './bare-tool.ts';
import { BenchExecutor, type Change } from './executor.ts';
import { type BenchBackend, fleet, node, pod, withOtherEndpoint } from './fleet.ts';
import { FULL_LOADS } from './full-load.ts';
import { prepareOwnNetwork } from './own-network.ts';
import { PEER, peerOf } from './peer.ts';

const [backend, sizeText] = process.argv.slice(2) as [Exclude<BenchBackend, 'ipvs'>, string];
const size = Number(sizeText);

/** So many that iptables needs up to half a minute for one change. */
const isHuge = size >= 50_000;

const say = (text: string) => process.stderr.write(`${backend}, ${size} services: ${text}\n`);

prepareOwnNetwork(backend);
const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
const state = fleet(backend, size);
const kind = backend === 'nftables' ? backend : 'iptables';

/** How many changes of one endpoint there are: blocks, and changes in each. */
const CHANGES: readonly [blocks: number, inBlock: number] =
  kind === 'nftables' ? [4, 50] : isHuge ? [1, 2] : size >= 10_000 ? [1, 5] : [1, 15];

/** How many pods and other nodes are added, one by one. */
const ADDED = kind === 'iptables' && isHuge ? 1 : 20;

/** Changes of one endpoint each. */
async function changes(executor: BenchExecutor, count: number, from: number): Promise<Change[]> {
  const done: Change[] = [];
  for (let i = 0; i < count; i += 1) {
    const revision = from + i;
    const service = executor.state.services[(revision * 7_919) % size];
    if (service === undefined) throw new Error('no services');
    done.push(await executor.change(withOtherEndpoint(service, revision)));
  }
  return done;
}

/** One change at a time in the executor, in blocks, each followed by the bare tool with the same texts: what one does would slow the other down in turns. */
async function oneChange(blocks: number, inBlock: number): Promise<{ done: Change[]; floor: number[]; pods: Change[]; nodes: Change[] }> {
  const executor = await BenchExecutor.at(state);
  const bare = kind === 'nftables' ? new BareNft() : null;
  const [all, floor]: [Change[], number[]] = [[], []];
  if (bare !== null) await timeTool(folder, [...APART, 'nft', '-f', '-'], executor.wholeTable());
  for (const { text } of await changes(executor, Math.min(inBlock, 20), 2)) await bare?.time(text);
  for (let block = 0; block < blocks; block += 1) {
    const done = await changes(executor, inBlock, 100 + block * inBlock);
    all.push(...done);
    for (const { text } of done)
      floor.push(bare === null ? await timeTool(folder, ['iptables-restore', '--noflush', '-w', '5'], text) : await bare.time(text));
  }
  bare?.close();
  const [pods, nodes]: [Change[], Change[]] = [[], []];
  for (let n = 1; n <= ADDED; n += 1) pods.push(await executor.changePod(pod(n, 10_000 + n)));
  for (let n = 1; n <= ADDED; n += 1) nodes.push(await executor.changeNode(node(100 + n, backend, 20_000 + n)));
  executor.close();
  return { done: all, floor, pods, nodes };
}

const figures: Figure[] = [];
const what = (name: string) => ({ name: `${backend}: ${name}`, size, unit: 'ms' as const });

say('full load');
const rounds = isHuge ? 1 : size >= 10_000 ? 3 : 9;
const host = new RealHost({ workloadScript: '/nonexistent' });
const loads = await FULL_LOADS[kind](host, folder, state, rounds);
host.close();
say('the same in the shape of kube-proxy');
const other = await peerOf(backend, folder, state);
figures.push(
  figure(
    what('full load'),
    loads.map(({ value }) => value),
    {
      floor: { name: 'bare tool, same text', samples: loads.map(({ floor }) => floor) },
      peer: other === null ? null : { name: PEER, samples: other.load },
    },
  ),
);

// Of few services there is less than a tick.
const busy = size < 1_000 ? [] : loads.flatMap((load) => load.busy ?? []);
if (busy.length > 0)
  figures.push(
    figure(
      what('full load, processor time'),
      busy.map(({ value }) => value),
      { floor: { name: 'bare tool, same text', samples: busy.map(({ floor }) => floor) } },
    ),
  );

say('one change');
const { done, floor, pods, nodes } = await oneChange(...CHANGES);
const took = done.map((change) => change.took);
const bare = { name: kind === 'nftables' ? 'long-lived bare nft, same text' : 'bare tool, same text', samples: floor };
figures.push(
  figure(what('one endpoint changed, p50'), took, { floor: bare, peer: other === null ? null : { name: PEER, samples: other.change } }),
);
if (kind === 'nftables') figures.push(figure(what('one endpoint changed, p99'), took, { floor: bare, share: 0.99 }));
figures.push(
  figure(
    what('the same until the disk has it for good, p50'),
    done.map(({ settled }) => settled),
  ),
  figure(
    what('one pod more, p50'),
    pods.map((pod) => pod.took),
  ),
  figure(
    what('one other node more, p50'),
    nodes.map((node) => node.took),
  ),
);

rmSync(folder, { recursive: true });
printFigures(figures);
