import { check, compile, UnknownNode } from '@weft/compiler';
import { canonicalJson, type DesiredState } from '@weft/model';
import { desired, node } from '@weft/testing/desired';
import { describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';
import { goldenText } from './golden-text.ts';

const cases = Object.entries(CASES);
const compiled = (state: DesiredState) => compile(state, 'node_1');

describe('the pod network', () => {
  it.each(cases)('%s is what its golden file says', async (name, state) => {
    await expect(goldenText(compiled(state))).toMatchFileSnapshot(`testdata/${name}.txt`);
  });

  it.each(cases)('%s has nothing that cannot be right', (_name, state) => {
    expect(check(compiled(state))).toEqual([]);
  });

  it.each(cases)('%s does not depend on the order of what is desired', (_name, state) => {
    const shuffled = {
      ...state,
      nodes: state.nodes.toReversed().map((other) => ({ ...other, podBlocks: other.podBlocks.toReversed() })),
      pods: state.pods.toReversed(),
    };
    expect(canonicalJson(compiled(shuffled))).toBe(canonicalJson(compiled(state)));
  });

  it('refuses a node that the state does not hold', () => {
    expect(() => compile(desired({ nodes: [node(1)] }), 'node_7')).toThrow(UnknownNode);
  });
});
