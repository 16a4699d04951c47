import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const page = readFileSync(join(import.meta.dirname, '../../../docs/explanation/packet-paths.md'), 'utf8');
const golden = (file: string) => readFileSync(join(import.meta.dirname, 'backends/testdata', file), 'utf8');

/** A rule, or the hook of a base chain, as a way from one chain to another. */
interface Way {
  readonly from: string;
  readonly text: string;
}

/** Buckets, ranges and service ports have their own chains, which are drawn as one. */
const drawnName = (text: string) => text.replaceAll(/(WEFT-(?:AT|SVC|EXT|NODEPORTS-TCP))-[0-9A-F-]+/g, '$1');

/** The rules of an iptables-save; hooks come with the table they are for. */
function iptablesWays(saved: string): Way[] {
  return saved.split(/^\*/m).flatMap((part) => {
    const table = part.split('\n')[0] ?? '';
    return [...part.matchAll(/^-A (\S+) (.*)$/gm)].map(([, from = '', text = '']) => ({
      from: drawnName(from),
      text: drawnName(from.startsWith('WEFT-') ? text : `${table} ${text}`).replaceAll(/--(?:match|map)-set (\S+)/g, '@$1'),
    }));
  });
}

/** The rules of an nftables table; a rule that asks a verdict map leads to whatever the map leads to. */
function nftWays(table: string): Way[] {
  const verdicts = new Map([...table.matchAll(/^\tmap (\S+) \{\n(.*?)^\t\}/gms)].map(([, name = '', body = '']) => [name, body]));
  const chains = [...table.matchAll(/^\tchain (\S+) \{\n(.*?)^\t\}/gms)];
  return chains.flatMap(([, from = '', body = '']) =>
    body.split('\n').map((line): Way => {
      const hook = /type \w+ hook (\w+) priority (-?\d+)/.exec(line);
      if (hook !== null) return { from: hook[1] ?? '', text: `${hook[2]} ${from}` };
      const map = /vmap @(\S+)/.exec(line)?.[1];
      return { from, text: map === undefined ? line : `${line} ${verdicts.get(map)}` };
    }),
  );
}

const hasWord = (text: string, word: string) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);

const DRAWN = [
  { heading: 'From a client to a service, on nftables', ways: nftWays(golden('nftables/node-port.nft')) },
  { heading: 'On iptables', ways: iptablesWays(golden('iptables/node-port.rules')) },
  { heading: 'On IPVS', ways: iptablesWays(golden('ipvs/node-port.txt')) },
];

/** What becomes of a packet: drawn where it says something. */
const ENDS = new Set(['DROP', 'RETURN', 'REJECT', 'DNAT', 'MASQUERADE', 'SET']);

describe.each(DRAWN)('the drawing of "$heading"', ({ heading, ways }) => {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const drawing = /^```mermaid\n(.*?)^```$/ms.exec(section)?.[1] ?? '';
  const arrows = [...drawing.matchAll(/^ {2}([\w-]+) -->(?:\|"?(.*?)"?\|)? ([\w-]+)/gm)].map(([, from = '', by = '', to = '']) => ({
    from,
    by,
    to,
  }));

  it('has arrows', () => expect(arrows.length).toBeGreaterThan(15));

  it.each(arrows)('$from → $to ($by) is a rule', ({ from, by, to }) => {
    expect(ways.some((way) => way.from === from && hasWord(way.text, to) && (by === '' || hasWord(way.text, by)))).toBe(true);
  });

  it('shows every rule that leads from one of its chains to another', () => {
    const shown = new Set(arrows.flatMap(({ from, to }) => [from, to]));
    const missing = ways
      .filter(({ from }) => shown.has(from))
      .flatMap(({ from, text }) => Array.from(text.matchAll(/(?:-[jg]|goto|jump) ([\w-]+)/g), ([, to = '']) => ({ from, to })))
      .filter(({ from, to }) => shown.has(to) && !ENDS.has(to) && !arrows.some((arrow) => arrow.from === from && arrow.to === to))
      .map(({ from, to }) => `${from} → ${to}`);
    expect([...new Set(missing)]).toEqual([]);
  });
});

it('names only devices, addresses and ports that the compiler gives a node as the one drawn', () => {
  const network = readFileSync(join(import.meta.dirname, 'network/testdata/auto-mixed.txt'), 'utf8');
  for (const word of ['weft0', 'wf-vxlan', '4789', '7070', '100.64.1.1/24', '100.64.2.0/24', '192.0.2.2', '100.64.3.0', '198.51.100.3']) {
    expect(page).toContain(word);
    expect(network).toContain(word);
  }
});
