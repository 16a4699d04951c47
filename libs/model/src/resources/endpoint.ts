import { z } from 'zod';
import { Ipv4 } from '../address.ts';
import { DnsLabel, PortName } from '../names.ts';
import { systemFields } from './meta.ts';
import { DEFAULT_NAMESPACE } from './namespace.ts';
import { isSpecial, ONE_HOST } from './special-addresses.ts';
import { EndpointWeight, Port } from './vocabulary.ts';

/** Why the node of an endpoint keeps it in reserve: NodeNotReady, nothing is heard of it; NodeDraining, it is being emptied. */
export const Withdrawal = z.enum(['NodeNotReady', 'NodeDraining']).meta({ id: 'Withdrawal' });
export type Withdrawal = z.infer<typeof Withdrawal>;

/** What can be said of an endpoint that is managed by hand. */
const state = {
  ready: z.boolean().describe('it can take traffic'),
  terminating: z.boolean().describe('it is about to go: it gets new connections only when no other endpoint is ready'),
  weight: EndpointWeight.describe("share of its service port's new connections beside the other endpoints'; 0: none"),
};

/** What a user sends to add an endpoint to a service that has no selector. */
export const EndpointCreate = z
  .strictObject({
    service: DnsLabel.describe('name of the service'),
    namespace: DnsLabel.default(DEFAULT_NAMESPACE),
    portName: PortName.nullable().default(null).describe('which port of the service; omitted: its only one'),
    ip: Ipv4.refine((ip) => !isSpecial(ip), ONE_HOST),
    port: Port,
    node: DnsLabel.nullable().default(null).describe('name of the node it runs on, where it runs on one'),
    ready: state.ready.default(true),
    terminating: state.terminating.default(false),
    weight: state.weight.default(1),
  })
  .meta({ id: 'EndpointCreate' });
export type EndpointCreate = z.infer<typeof EndpointCreate>;

/** A merge patch (RFC 7396) of an endpoint managed by hand. */
export const EndpointUpdate = z.strictObject(state).partial().meta({ id: 'EndpointUpdate' });
export type EndpointUpdate = z.infer<typeof EndpointUpdate>;

/** One address and port behind one port of a service. */
export const Endpoint = z
  .strictObject({
    service: DnsLabel,
    namespace: DnsLabel,
    portName: PortName.nullable(),
    ip: Ipv4,
    port: Port,
    node: DnsLabel.nullable(),
    pod: DnsLabel.nullable().describe('name of the pod it was derived from; null when managed by hand'),
    weight: state.weight,
    conditions: z.strictObject({
      ready: z.boolean().describe('it gets new connections'),
      serving: z.boolean().describe('it can take traffic, whether or not it is about to go'),
      terminating: z.boolean().describe('it is about to go; while it serves, it gets new connections when no other endpoint is ready'),
    }),
    withdrawn: Withdrawal.nullable().describe(
      'why it gets new connections only when no other endpoint is ready, whatever its pod says of itself; null: its node is to be used',
    ),
    ...systemFields('endpoint'),
  })
  .meta({ id: 'Endpoint' });
export type Endpoint = z.infer<typeof Endpoint>;
