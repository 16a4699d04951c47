import { Reachability, ReachabilityQuestion } from '@weft/model';
import { REACHABILITY } from '../examples/reachability.ts';
import { ask } from '../shapes.ts';

export const reachabilityCheck = ask({
  id: 'reachabilityCheck',
  path: '/reachability',
  tag: 'packets',
  permission: 'reachability.read',
  summary: 'Say what becomes of a connection, and by which rules',
  description:
    'It is computed, and no packet is sent: with against=desired from what nodes are to have, with against=live from what is in the kernels of the nodes on the way. ' +
    'Each path is one endpoint that connections may be led to, with every route, rule, translation and tunnel there, and the way of the answer. ' +
    'What others than weft do to packets on a host, and what is between hosts, is not known to it; notes say what may be otherwise than computed.',
  body: ReachabilityQuestion,
  bodyExample: { from: { pod: 'shop/basket' }, to: { service: 'shop/web' }, port: 80 },
  result: Reachability,
  example: REACHABILITY,
});
