import { z } from 'zod';
import { contains, Ipv4, isAddress } from '../address.ts';
import { DnsLabel, PortName } from '../names.ts';
import { systemFields } from './meta.ts';
import { DEFAULT_NAMESPACE } from './namespace.ts';
import { Port } from './vocabulary.ts';

/**
 * Addresses that are no host's, or are another host on every node: unspecified, loopback, link-local, multicast, reserved and broadcast. What a
 * node sent to one of them would reach something of its own. As in Kubernetes (ValidateNonSpecialIP in pkg/apis/core/validation).
 */
const SPECIAL = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];

/** What a user sends to add an endpoint to a service that has no selector. */
export const EndpointCreate = z
  .strictObject({
    service: DnsLabel.describe('name of the service'),
    namespace: DnsLabel.default(DEFAULT_NAMESPACE),
    portName: PortName.nullable().default(null).describe('which port of the service; omitted: its only one'),
    ip: Ipv4.refine((ip) => !isAddress(ip) || !SPECIAL.some((range) => contains(range, ip)), {
      message: 'must be the address of one host, not a loopback, link-local, multicast or reserved one',
    }),
    port: Port,
    node: DnsLabel.nullable().default(null).describe('name of the node it runs on, where it runs on one'),
    ready: z.boolean().default(true),
  })
  .meta({ id: 'EndpointCreate' });
export type EndpointCreate = z.infer<typeof EndpointCreate>;

/** A merge patch (RFC 7396) of an endpoint managed by hand. */
export const EndpointUpdate = z.strictObject({ ready: z.boolean() }).partial().meta({ id: 'EndpointUpdate' });
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
    conditions: z.strictObject({ ready: z.boolean(), serving: z.boolean(), terminating: z.boolean() }),
    ...systemFields('endpoint'),
  })
  .meta({ id: 'Endpoint' });
export type Endpoint = z.infer<typeof Endpoint>;
