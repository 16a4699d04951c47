import type { HealthCheck } from './health-checks.ts';

/** An HTTP answer. */
export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What a load balancer is told: 200 when this node has an endpoint of its own and its dataplane is in shape, else 503. In the words of kube-proxy, so that what can
 * read its answers can read these.
 */
export function healthAnswer({ namespace, name, localEndpoints }: HealthCheck, healthy: boolean): HealthAnswer {
  return {
    status: healthy && localEndpoints > 0 ? 200 : 503,
    headers: {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-load-balancing-endpoint-weight': String(localEndpoints),
      connection: 'close',
    },
    body: JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: healthy }),
  };
}
