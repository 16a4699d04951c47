import { compile } from '@weft/compiler';
import {
  inventory,
  isSought,
  type NodeConfig,
  pasted,
  renderIpsetSave,
  renderIptablesSave,
  renderIpvsSave,
  renderNftTable,
} from '@weft/kernel';
import { expect, test } from 'vitest';
import { GOLDEN_STATES } from './golden-states.ts';

/** What the tools print of a configuration. */
const printed = ({ nft, iptables, ipsets, ipvs }: NodeConfig): string[] =>
  [
    nft === null ? '' : renderNftTable(nft),
    iptables === null ? '' : renderIptablesSave(iptables),
    renderIpsetSave(ipsets),
    renderIpvsSave(ipvs),
  ].flatMap((text) => text.split('\n'));

/** With what the tools add when they are asked for counters and handles. */
const counted = (line: string) =>
  line.startsWith('-A WEFT') ? `[12:3456] ${line}` : line.replace(/ counter(?! packets)/, ' counter packets 12 bytes 3456');

const OF_TOOLS = /^(nft|iptables|ipset|ipvs)/;

test.each(GOLDEN_STATES)('%s: each thing is found by the line that its tool prints', (_name, state) => {
  const objects = inventory(compile(state, 'node_1'));
  const sought = printed(compile(state, 'node_1')).flatMap((line) => pasted(counted(line)));
  const unfound = objects.filter((object) => OF_TOOLS.test(object.kind) && !sought.some((one) => isSought(one, object)));
  expect(unfound).toEqual([]);
});

test.each(GOLDEN_STATES)('%s: what a line tells of is on it', (_name, state) => {
  const config = compile(state, 'node_1');
  const objects = inventory(config).filter(({ kind }) => OF_TOOLS.test(kind));
  for (const line of printed(config)) {
    const found = objects.filter((object) => pasted(line).some((one) => isSought(one, object)));
    for (const { key } of found) expect(line).toContain(key.replace(/ \(\d+\)$/, '').replace(/^(tcp|udp|sctp|fwmark) /, ''));
  }
});
