import { diffIptables, diffNft } from '@weft/reconcile';
import { node } from '@weft/testing/desired';
import { applyIptables, applyNft } from '@weft/testing/rule-models';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { desiredStates } from './arbitrary.ts';

const walks = fc.array(fc.option(desiredStates, { freq: 8 }), { minLength: 2, maxLength: 6 });

test('nftables: however a node came to a state, its table is the same', () => {
  fc.assert(
    fc.property(walks, (states) => {
      let table = null;
      for (const desired of states) {
        const wanted = desired && (BACKENDS.nftables.compile({ desired, node: node(1) }).nft ?? null);
        const commands = diffNft(wanted, table);
        table = applyNft(table, commands);
        expect(table).toEqual(wanted);
        expect(diffNft(wanted, structuredClone(table))).toEqual([]);
      }
    }),
  );
});

test('iptables: however a node came to a state, its chains are the same', () => {
  fc.assert(
    fc.property(walks, (states) => {
      let ruleset = null;
      for (const desired of states) {
        const wanted = desired && (BACKENDS.iptables.compile({ desired, node: node(1) }).iptables ?? null);
        ruleset = applyIptables(ruleset, diffIptables(wanted, ruleset));
        expect(ruleset).toEqual(wanted);
        expect(diffIptables(wanted, structuredClone(ruleset))).toEqual([]);
      }
    }),
  );
});
