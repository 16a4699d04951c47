import type { NftMap } from '@weft/kernel';

/**
 * A way in to services: what its packets are told apart by, and the names of what belongs to it. `service`: by an address of the service itself. `node-port`: by
 * any address of the node at which node ports answer. `outside-…`: the same for packets from outside the fleet, asked first, where they are led elsewhere.
 */
export interface Portal {
  readonly name: string;
  /** True: only for packets from outside the fleet. */
  readonly outside: boolean;
  /** Expressions whose values, joined, are a key of the portal's maps. */
  readonly match: string;
  /** The type of that key. */
  readonly type: string;
  /** Key → the chain that leads to the endpoints. */
  readonly ports: string;
  /** The set that counts connections by key, and the one that counts packets and bytes; shared by all portals with the same keys. */
  readonly connections: string;
  readonly traffic: string;
  /** Key → whom clients are remembered for: see affinity. Asked by all portals with the same keys, as are the learners. */
  readonly groups: string;
  /** Key → how it is learnt which endpoint a client got. */
  readonly learners: string;
  /** The key in packets that are translated already. */
  readonly translated: string;
  /** Key and lot → endpoint; for ports whose clients are remembered, key and the endpoint's address → endpoint as well. */
  readonly endpoints: string;
  /** The chain that leads a remembered client to its endpoint. */
  readonly recall: string;
  /** The key and what was written into the packet in its destination's place: a lot that was drawn, or who a client was with. */
  readonly chosen: string;
}

interface Keys {
  readonly match: string;
  readonly type: string;
  readonly connections: string;
  readonly traffic: string;
  readonly groups: string;
  readonly learners: string;
  readonly translated: string;
  readonly chosen: string;
}

const BY_ADDRESS: Keys = {
  match: 'ip daddr . meta l4proto . th dport',
  type: 'ipv4_addr . inet_proto . inet_service',
  connections: 'service-connections',
  traffic: 'service-traffic',
  groups: 'service-groups',
  learners: 'service-learners',
  translated: 'ct original ip daddr . meta l4proto . ct original proto-dst',
  chosen: 'ct original ip daddr . meta l4proto . th dport . ip daddr',
};

const BY_PORT: Keys = {
  match: 'meta l4proto . th dport',
  type: 'inet_proto . inet_service',
  connections: 'node-port-connections',
  traffic: 'node-port-traffic',
  groups: 'node-port-groups',
  learners: 'node-port-learners',
  translated: 'meta l4proto . ct original proto-dst',
  chosen: 'meta l4proto . th dport . ip daddr',
};

const portal = (name: string, ports: string, outside: boolean, keys: Keys): Portal => ({
  name,
  ports,
  outside,
  ...keys,
  endpoints: `${name}-endpoints`,
  recall: `${name}-recall`,
});

/** Every way in, by how rules call it. */
export const PORTALS = {
  service: portal('service', 'service-ports', false, BY_ADDRESS),
  nodePort: portal('node-port', 'node-ports', false, BY_PORT),
  outsideService: portal('outside-service', 'outside-service-ports', true, BY_ADDRESS),
  outsideNodePort: portal('outside-node-port', 'outside-node-ports', true, BY_PORT),
} as const;

/** The maps of a portal: by which chain its ports are reached, and which endpoints these choose among. */
export function portalMaps({ ports, endpoints, type, name }: Portal): NftMap[] {
  const map = { flags: [], elements: {} };
  return [
    { ...map, name: ports, type: `${type} : verdict`, comment: `${name}: how its endpoints are chosen` },
    {
      ...map,
      name: endpoints,
      type: `${type} . ipv4_addr : ipv4_addr . inet_service`,
      comment: `${name}: endpoints by lot, written as an address`,
    },
  ];
}
