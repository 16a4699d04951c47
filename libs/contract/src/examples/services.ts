import { PLAIN_TRAFFIC, type Service, type ServiceCreate } from '@weft/model';
import type { z } from 'zod';
import { system } from './system.ts';

export const SERVICE_CREATE: z.input<typeof ServiceCreate> = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  type: 'NodePort',
  ports: [{ port: 80, targetPort: 'http' }],
  externalTrafficPolicy: 'Local',
};

export const SERVICE: Service = {
  name: 'web',
  namespace: 'shop',
  labels: {},
  type: 'NodePort',
  selector: { app: 'web' },
  clusterIP: '198.19.0.2',
  externalName: null,
  ports: [{ name: null, protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 31380 }],
  ...PLAIN_TRAFFIC,
  externalTrafficPolicy: 'Local',
  publishNotReadyAddresses: false,
  allocateLoadBalancerNodePorts: true,
  ...system('svc_01k8', 8),
  status: {
    phase: 'Programmed',
    conditions: [],
    endpoints: { ready: 1, total: 1 },
    nodes: { desired: 3, applied: 3, failed: 0, stale: 0, frozen: 0, waitingFor: [] },
  },
};
