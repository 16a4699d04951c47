import type { Node, NodeFacts } from '@weft/model';
import { system } from './system.ts';

export const FACTS: NodeFacts = {
  address: '192.0.2.11/24',
  mtu: 1500,
  executorVersion: '0.1.0',
  podLinks: ['bridge', 'routed'],
  overlays: ['vxlan', 'direct'],
  kernel: '6.1.0-39-amd64',
  backends: ['nftables', 'iptables'],
  tools: { nft: '1.0.6', iptables: '1.8.9' },
  problems: [],
};

export const NODE: Node = {
  name: 'node-a',
  labels: {},
  zone: 'rack-1',
  backend: 'nftables',
  podLink: 'bridge',
  overlay: null,
  nodePortAddresses: ['primary'],
  strictArp: false,
  cordoned: false,
  frozen: false,
  driftPolicy: 'repair',
  address: '192.0.2.11/24',
  podBlocks: ['100.64.0.0/24'],
  ...system('node_01k8', 2),
  status: {
    phase: 'Ready',
    conditions: [],
    desiredRevision: 9,
    appliedRevision: 9,
    configHash: '9f2c0f1d',
    capabilities: FACTS,
    lastSeenAt: '2026-11-21T08:00:09.000Z',
    drain: null,
    credentialExpiresAt: '2026-11-22T08:00:00.000Z',
  },
};

export const DRAINING_NODE: Node = {
  ...NODE,
  cordoned: true,
  generation: 2,
  revision: 12,
  status: {
    ...NODE.status,
    drain: {
      phase: 'Withdrawing',
      startedAt: '2026-11-21T08:00:30.000Z',
      graceSeconds: 30,
      waitSeconds: 300,
      podsLeft: 7,
      waitingFor: ['node-b'],
    },
  },
};
