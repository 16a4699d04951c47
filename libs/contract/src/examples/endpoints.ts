import type { Endpoint, EndpointCreate } from '@weft/model';
import type { z } from 'zod';
import { system } from './system.ts';

export const ENDPOINT_CREATE: z.input<typeof EndpointCreate> = {
  service: 'billing',
  namespace: 'shop',
  ip: '203.0.113.9',
  port: 8443,
  weight: 3,
};

export const ENDPOINT: Endpoint = {
  service: 'billing',
  namespace: 'shop',
  portName: null,
  ip: '203.0.113.9',
  port: 8443,
  node: null,
  pod: null,
  weight: 3,
  conditions: { ready: true, serving: true, terminating: false },
  withdrawn: null,
  ...system('ep_01k8', 9),
};
