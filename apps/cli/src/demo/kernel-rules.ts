import type { Stage } from './stage.ts';

/** Lines of a listing that the demo shows; the rest is counted. */
const LINES = 24;

/** A command that lists a backend's rules, and what must be in them. */
interface Listing {
  readonly argv: readonly string[];
  readonly keep: (line: string) => boolean;
}

const LISTINGS: Readonly<Record<string, Listing>> = {
  nftables: { argv: ['nft', 'list', 'table', 'ip', 'weft'], keep: (line) => line.trim() !== '' },
  iptables: { argv: ['iptables-save', '-t', 'nat'], keep: (line) => line.startsWith('-A') && line.includes('WEFT-') },
};

/** Shows a node's rules as they stand in its kernel, and checks that they are this backend's and no other's. */
export async function showRules(stage: Stage, node: string, backend: string): Promise<void> {
  for (const [name, listing] of Object.entries(LISTINGS)) {
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
    stage.show([...lines.slice(0, LINES), ...(lines.length > LINES ? [`… and ${lines.length - LINES} lines more`] : [])]);
    const vips = [...stage.services.values()].map((service) => service.clusterIP);
    await stage.check(`${node}: the services stand in ${name}`, async () => ({
      ok: vips.every((vip) => lines.some((line) => line.includes(vip))),
      saw: vips.join(', '),
    }));
  }
}
