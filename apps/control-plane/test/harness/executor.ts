import { randomBytes } from 'node:crypto';
import type { NodeCredential, NodeFacts } from '@weft/model';
import type { Api } from './api.ts';

/** A host where no node of `joinNode` is. */
export const FACTS: NodeFacts = {
  address: '192.0.2.250/24',
  mtu: 1500,
  executorVersion: '0.1.0',
  podLinks: ['bridge', 'routed'],
  overlays: ['vxlan', 'direct'],
  kernel: '6.1.0',
  backends: ['nftables', 'iptables'],
  tools: {},
  problems: [],
};

/** A node as the API sees one: a credential, a session, and what it says it applied. */
export interface JoinedNode {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly session: string;
  /** What it says about its host. */
  readonly facts: NodeFacts;
  /** Pulls what it should be and reports that it is. */
  apply(): Promise<void>;
}

/** Addresses are given out in turn: many files run in one process, each with clusters of its own, none of which has so many nodes. */
const OCTETS = { first: 11, last: 249 } as const;
let nextOctet: number = OCTETS.first;

/** What a host gets that joins under a name, by a join token of its own. */
export async function joinHost(api: Api, nodeName: string, facts: NodeFacts = FACTS): Promise<NodeCredential> {
  const { token } = (await api.ok('POST /join-tokens', { body: { nodeName } })).body;
  return (await api.ok('POST /join', { token: null, body: { token, facts } })).body;
}

/** Joins a node whose name begins with that, and opens its session. Its name is its own: tests share a Redis, and names are its keys. */
export const joinNode = (api: Api, kind: string, host: Partial<NodeFacts> = {}): Promise<JoinedNode> =>
  joinNodeNamed(api, `${kind}-${randomBytes(4).toString('hex')}`, host);

/** The same under exactly that name, which no other test may use at the same time. */
export async function joinNodeNamed(api: Api, name: string, host: Partial<NodeFacts> = {}): Promise<JoinedNode> {
  const facts = { ...FACTS, address: `192.0.2.${nextOctet}/24`, ...host };
  nextOctet = nextOctet === OCTETS.last ? OCTETS.first : nextOctet + 1;
  const { token, node } = await joinHost(api, name, facts);
  const { session } = (await api.ok('PUT /node-agent/session', { token, body: { facts } })).body;
  return {
    id: node.id,
    name,
    token,
    session,
    facts,
    async apply() {
      const pull = (await api.ok('GET /node-agent/desired', { token })).body;
      await api.ok('PUT /node-agent/report', {
        token,
        body: {
          session,
          epoch: pull.epoch,
          appliedRevision: pull.revision,
          configHash: 'c0ffee',
          failure: null,
          pods: pull.pods.map((pod: { id: string }) => ({ id: pod.id, phase: 'Running', ready: true, reason: 'Wired', message: '' })),
          receipts: [],
        },
      });
    },
  };
}
