import { compile } from '@weft/compiler';
import {
  compareInventories,
  inventory,
  inventoryDigest,
  type NodeConfig,
  parseIpsetSave,
  parseIptablesSave,
  parseIpvsSave,
  parseNftTable,
  renderIpsetSave,
  renderIptablesSave,
  renderIpvsSave,
  renderNftTable,
} from '@weft/kernel';
import { describe, expect, test } from 'vitest';
import { GOLDEN_STATES } from './golden-states.ts';

const configs = GOLDEN_STATES.map(([name, state]) => [name, compile(state, 'node_1')] as const);

/** A configuration whose service rules were written by one tool and read back from what it lists. */
const listed = (config: NodeConfig): NodeConfig => ({
  ...config,
  nft: config.nft && parseNftTable(renderNftTable(config.nft)),
  iptables: config.iptables && parseIptablesSave(renderIptablesSave(config.iptables)),
  ipsets: parseIpsetSave(renderIpsetSave(config.ipsets)),
  ipvs: parseIpvsSave(renderIpvsSave(config.ipvs)),
});

describe.each(configs)('%s', (_name, config) => {
  test('is listed by its tools as it was compiled', () => {
    expect(inventory(listed(config))).toEqual(inventory(config));
  });

  test('has no two objects of one kind, place and key', () => {
    const keys = inventory(config).map(({ kind, place, key }) => `${kind} ${place} ${key}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  test('says of the order of rules that it is another', () => {
    const objects = inventory(config);
    const at = objects.findIndex(({ kind, place }, i) => kind.endsWith('-rule') && place === objects[i + 1]?.place);
    const swapped = objects.with(at, objects[at + 1] as never).with(at + 1, objects[at] as never);
    expect(compareInventories(objects, swapped)).toMatchObject({
      added: [],
      removed: [],
      replaced: [],
      moved: [{ kind: objects[at]?.kind }],
    });
    expect(inventoryDigest(swapped)).not.toBe(inventoryDigest(objects));
  });
});

test('no two golden states of a node come to one digest unless they come to the same', () => {
  const texts = new Map<string, string>();
  for (const [, config] of configs) {
    const text = JSON.stringify(inventory(config).filter(({ key }) => !key.startsWith('net/ipv6/')));
    const digest = inventoryDigest(inventory(config));
    expect(texts.get(digest) ?? text).toBe(text);
    texts.set(digest, text);
  }
});
