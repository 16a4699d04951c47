import { expect, it } from 'vitest';
import { rolloutLines, wantedOf } from '../src/commands/rollout.ts';

const DEFAULTS = { maxUnavailable: 1, soak: 10, onFailure: 'revert', detach: false } as const;

it('asks for what it is given, and needs to know what is to be changed', () => {
  expect(wantedOf({ ...DEFAULTS, backend: 'iptables', strictArp: 'off', selector: 'rack=1', canary: ['2'] })).toEqual({
    change: { backend: 'iptables', strictArp: false },
    labelSelector: 'rack=1',
    canary: 2,
    maxUnavailable: 1,
    soakSeconds: 10,
    onFailure: 'revert',
  });
  expect(wantedOf({ ...DEFAULTS, podLink: 'routed', node: ['a', 'b'], canary: ['b'] })).toMatchObject({ nodes: ['a', 'b'], canary: ['b'] });
  expect(wantedOf({ ...DEFAULTS, overlay: 'vxlan' })).toMatchObject({ change: { overlay: 'vxlan' } });
  expect(wantedOf({ ...DEFAULTS, overlay: 'cluster' })).toMatchObject({ change: { overlay: null } });
  expect(() => wantedOf(DEFAULTS)).toThrow('say what is to be changed');
});

it('shows where each node stands', () => {
  const at = '2026-11-21T08:00:00.000Z';
  const node = { message: '', since: at } as const;
  expect(
    rolloutLines({
      id: 'roll_1',
      change: { backend: 'iptables' },
      nodes: null,
      labelSelector: null,
      canary: 1,
      maxUnavailable: 1,
      soakSeconds: 10,
      onFailure: 'revert',
      generation: 1,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      status: {
        phase: 'Running',
        message: 'node-a is changed',
        nodes: [
          { ...node, name: 'node-a', canary: true, state: 'Changing' },
          { ...node, name: 'node-b', canary: false, state: 'Waiting' },
        ],
      },
    }),
  ).toEqual([
    'roll_1 Running: {"backend":"iptables"}',
    'node-a is changed',
    'NODE    ROLE    STATE     MESSAGE',
    'node-a  canary  Changing',
    'node-b          Waiting',
  ]);
});
