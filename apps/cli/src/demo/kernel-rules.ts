import type { Stage } from './stage.ts';

/** Lines of a listing that the demo shows, and how many of them stand before the first that names a service; the rest is counted. */
const LINES = 24;
const BEFORE = 4;

/** A command that lists a backend's rules, what of it to show, and other backends' tools that this one uses as well. */
interface Listing {
  readonly argv: readonly string[];
  readonly keep: (line: string) => boolean;
  readonly uses: readonly string[];
}

const LISTINGS: Readonly<Record<string, Listing>> = {
  nftables: { argv: ['nft', 'list', 'table', 'ip', 'weft'], keep: (line) => line.trim() !== '', uses: [] },
  iptables: { argv: ['iptables-save', '-t', 'nat'], keep: (line) => line.startsWith('-A') && line.includes('WEFT-'), uses: [] },
  ipvs: { argv: ['ipvsadm', '-L', '-n'], keep: (line) => /^(TCP|UDP|SCTP|FWM| {2}->) /.test(line), uses: ['iptables'] },
};

/** Shows a node's rules as they stand in its kernel, and checks that they are this backend's and no other's of those that the node has. */
export async function showRules(stage: Stage, node: string, backend: string, backends: readonly string[]): Promise<void> {
  for (const [name, listing] of Object.entries(LISTINGS).filter(([name]) => backends.includes(name))) {
    if (LISTINGS[backend]?.uses.includes(name)) continue;
    const { stdout } = await stage.inPlace(node, listing.argv);
    const lines = stdout.split('\n').filter(listing.keep);
    if (name !== backend) {
      await stage.check(`${node}: nothing of ours in ${name}`, async () => ({
        ok: !/198\.19\.|WEFT-S/.test(lines.join('\n')),
        saw: `${lines.length} lines`,
      }));
      continue;
    }
    stage.tell(`${node}$ ${listing.argv.join(' ')}`);
    const vips = [...stage.services.values()].flatMap((service) => service.clusterIP ?? []);
    stage.show(excerpt(lines, vips));
    await stage.check(`${node}: the services stand in ${name}`, async () => ({
      ok: vips.every((vip) => lines.some((line) => line.includes(vip))),
      saw: vips.join(', '),
    }));
  }
}

function excerpt(lines: readonly string[], vips: readonly string[]): string[] {
  const from = Math.max(0, lines.findIndex((line) => vips.some((vip) => line.includes(vip))) - BEFORE);
  const rest = lines.length - Math.min(LINES, lines.length - from);
  return [...lines.slice(from, from + LINES).map((line) => line.replaceAll('\t', '  ')), ...(rest > 0 ? [`… and ${rest} lines more`] : [])];
}
