/** What a host of the lab is for: a node runs an executor and pods, the client stands outside the fleet. */
export type LabRole = 'node' | 'client';

/** A host of the lab before it exists. */
export interface LabHostPlan {
  readonly name: string;
  readonly role: LabRole;
  /** Name of the bridge in the router's namespace that the host hangs on; one bridge for each subnet. */
  readonly bridge: string;
  readonly address: string;
  readonly gateway: string;
  readonly prefixLength: number;
}

/** A subnet of the lab: a bridge in the router's namespace with the subnet's first address. */
export interface LabSubnetPlan {
  readonly bridge: string;
  readonly gateway: string;
  readonly prefixLength: number;
}

/** A whole lab as data: which links and addresses there will be. */
export interface LabPlan {
  /** The one link that the machine's own namespace gets. */
  readonly link: string;
  /** Everything in the lab lies in this range; the machine routes it to the router. */
  readonly cidr: string;
  /** Between the machine and the router, a /30. */
  readonly uplink: { readonly machine: string; readonly router: string; readonly prefixLength: number };
  readonly subnets: readonly LabSubnetPlan[];
  readonly hosts: readonly LabHostPlan[];
}

/** Labs that can exist on one machine at a time: lab 0 has 10.99.0.0/16, lab 1 has 10.100.0.0/16 and so on. */
export const MAX_LABS = 64;

/** Nodes that a lab can have. */
export const MAX_LAB_NODES = 32;

const FIRST_RANGE = 99;
const PREFIX_LENGTH = 24;

/** Which nodes share a subnet: every third one stands behind the router, so that three nodes have both a near and a far peer. */
const subnetOfNode = (number: number): 'a' | 'b' => (number % 3 === 0 ? 'b' : 'a');

const THIRD_OCTET = { a: 1, b: 2, c: 3 } as const;

/**
 * The plan of one lab: `nodes` hosts node-1, node-2 … on the subnets a and b, and a client on subnet c.
 *
 * @param index which of the machine's labs, 0 to MAX_LABS - 1
 * @param nodes 0 to MAX_LAB_NODES
 * @throws RangeError when one of them is out of its range
 */
export function planLab(index: number, nodes: number): LabPlan {
  if (!Number.isInteger(index) || index < 0 || index >= MAX_LABS)
    throw new RangeError(`a lab's index is 0 to ${MAX_LABS - 1}, not ${index}`);
  if (!Number.isInteger(nodes) || nodes < 0 || nodes > MAX_LAB_NODES)
    throw new RangeError(`a lab has 0 to ${MAX_LAB_NODES} nodes, not ${nodes}`);
  const range = `10.${FIRST_RANGE + index}`;
  const gateway = (subnet: keyof typeof THIRD_OCTET) => `${range}.${THIRD_OCTET[subnet]}.1`;
  const host = (name: string, role: LabRole, subnet: keyof typeof THIRD_OCTET, last: number): LabHostPlan => ({
    name,
    role,
    bridge: `lan-${subnet}`,
    address: `${range}.${THIRD_OCTET[subnet]}.${last}`,
    gateway: gateway(subnet),
    prefixLength: PREFIX_LENGTH,
  });
  return {
    link: `wf-lab${index}`,
    cidr: `${range}.0.0/16`,
    uplink: { machine: `${range}.0.1`, router: `${range}.0.2`, prefixLength: 30 },
    subnets: (['a', 'b', 'c'] as const).map((name) => ({ bridge: `lan-${name}`, gateway: gateway(name), prefixLength: PREFIX_LENGTH })),
    hosts: [
      ...Array.from({ length: nodes }, (_, i) => host(`node-${i + 1}`, 'node', subnetOfNode(i + 1), 10 + i + 1)),
      host('client', 'client', 'c', 10),
    ],
  };
}
