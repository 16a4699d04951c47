import type { Backend } from '@weft/model';
import { node } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { serviceRanges } from '../../../src/backends/ipvs/dummy.ts';
import { compile } from '../../../src/index.ts';
import { tracer } from '../../packets/trace.ts';
import { CASES } from '../cases.ts';
import { NODE_1 } from '../traced.ts';
import { questions } from '../traffic-questions.ts';

/** On a node that has left ipvs the service ranges are its own until the last connection of IPVS ends. */
describe.each<Backend>(['nftables', 'iptables'])('%s', (backend) => {
  test.each(Object.entries(CASES))('does the same while the service ranges are the node’s own: %s', (_, state) => {
    const config = compile({ ...state, nodes: state.nodes.map((own) => ({ ...own, backend })) }, node(1).id);
    const asked = questions(state);
    const ranges = serviceRanges(state.cluster.serviceCidrs);
    expect(asked.map(tracer({ ...config, routes: [...config.routes, ...ranges] }, NODE_1))).toEqual(asked.map(tracer(config, NODE_1)));
  });
});
