import { nftContribution, nftFrame, nftSurroundings } from '@weft/compiler';
import { type NftCommand, nftTable } from '@weft/kernel';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffNft } from '../../src/nft/diff.ts';
import { elementsApart, takenBack, transactions } from '../../src/nft/transactions.ts';

const fleet = desired({});
const frame = nftFrame(fleet, node(1));
const surroundings = nftSurroundings(fleet, node(1));
const tableOf = (counts: readonly number[]) =>
  nftTable(
    frame,
    counts.map((count, at) => {
      const endpoints = Array.from({ length: count }, (_, i) => plan.pod(1, i + 1));
      return nftContribution(service(at + 1, [tcp(80, endpoints)], { clusterIP: `198.19.0.${at + 1}` }), surroundings);
    }),
  );

const chain = (name: string): NftCommand => ({ do: 'add-chain', chain: { name, hook: null } });
const rule = (of: string): NftCommand => ({ do: 'add-rule', chain: of, rule: { text: 'drop', comment: null } });
const lead = (to: string): NftCommand => ({ do: 'add-map-elements', map: 'ports', elements: [['198.19.0.1', `goto ${to}`]] });

describe('the transactions of a difference', () => {
  it('are none for nothing', () => {
    expect(transactions([])).toEqual([]);
  });

  it('are one where verdicts lead to chains that were there', () => {
    const commands = [chain('pick-2'), lead('pick-1'), rule('pick-2')];
    expect(transactions(commands)).toEqual([commands]);
  });

  it('are two where they lead to new ones: these are whole before anybody is led to them', () => {
    const gone: NftCommand = { do: 'delete-chain', name: 'pick-1' };
    expect(transactions([chain('pick-2'), lead('pick-2'), rule('services'), rule('pick-2'), gone])).toEqual([
      [chain('pick-2'), rule('pick-2')],
      [lead('pick-2'), rule('services'), gone],
    ]);
  });

  it('are one for a table that is made anew', () => {
    expect(transactions(diffNft(tableOf([2]), null))).toHaveLength(1);
  });

  it('never lead a packet to a chain of their own, and make together what the difference makes', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(counts, counts, (before, after) => {
        const commands = diffNft(tableOf(after), tableOf(before));
        const parts = transactions(commands);
        for (const part of parts) {
          const come = part.flatMap((one) => (one.do === 'add-chain' ? [one.chain.name] : []));
          const verdicts = part.flatMap((one) => (one.do === 'add-map-elements' ? one.elements.map(([, data]) => data) : []));
          expect(verdicts.filter((verdict) => come.some((name) => verdict === `goto ${name}` || verdict === `jump ${name}`))).toEqual([]);
        }
        expect(new Set(parts.flat())).toEqual(new Set(commands));
        expect(parts.flat()).toHaveLength(commands.length);
      }),
    );
  });
});

it('has elements apart, behind what they lead to, where no packet passes yet', () => {
  expect(elementsApart([])).toEqual([]);
  expect(elementsApart([lead('pick-1')])).toEqual([[lead('pick-1')]]);
  expect(elementsApart([lead('pick-2'), chain('pick-2'), rule('pick-2')])).toEqual([[chain('pick-2'), rule('pick-2')], [lead('pick-2')]]);
});

it('is taken back when nobody came to be led there', () => {
  const set = { name: 'clients', type: 'ipv4_addr', flags: [], comment: 'c' } as const;
  expect(takenBack([{ do: 'add-set', set }, chain('pick-2'), rule('pick-2')])).toEqual([
    { do: 'flush-chain', name: 'pick-2' },
    { do: 'delete-chain', name: 'pick-2' },
    { do: 'delete-set', name: 'clients' },
  ]);
});
