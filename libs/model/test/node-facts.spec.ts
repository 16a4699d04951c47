import { expect, it } from 'vitest';
import { NodeFacts } from '../src/index.ts';

const { address } = NodeFacts.shape;

it.each(['192.0.2.11/24', '10.0.0.1/8'])('takes %s for where a node is', (text) => {
  expect(address.safeParse(text).success).toBe(true);
});

it.each(['', 'x', '192.0.2.11', '127.0.0.1/8', '0.0.0.0/0', '169.254.1.1/16', '224.0.0.5/24', '255.255.255.255/32'])(
  'refuses %j for where a node is, and does not fail over it',
  (text) => {
    expect(address.safeParse(text).success).toBe(false);
  },
);
