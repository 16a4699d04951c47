import type { Fields } from './kubernetes-fields.ts';
import { said } from './kubernetes-service.ts';

function portOf(port: Fields): Record<string, unknown> {
  return said({ name: port.take('name'), containerPort: port.take('containerPort'), protocol: port.take('protocol') });
}

/** A probe that connects or asks over HTTP, at a port given by number; undefined: the pod has none that nodes can do, and it stays behind. */
function probeOf(container: Fields, ports: readonly Record<string, unknown>[]): Record<string, unknown> | undefined {
  const look = container.peek('readinessProbe');
  const way = look?.httpGet ?? look?.tcpSocket;
  if (look === undefined || typeof way !== 'object' || way === null) return undefined;
  const { port, path } = way as { port?: unknown; path?: unknown };
  const number = typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;
  if (number === undefined) return undefined;
  const probe = container.part('readinessProbe');
  const inner = probe.part(look.httpGet === undefined ? 'tcpSocket' : 'httpGet');
  inner.take('port');
  inner.takeWhen('scheme', '"HTTP"');
  return said({
    type: look.httpGet === undefined ? 'tcp' : 'http',
    port: number,
    path: look.httpGet === undefined ? undefined : (inner.take('path') ?? path),
    periodSeconds: probe.take('periodSeconds'),
    timeoutSeconds: probe.take('timeoutSeconds'),
    failureThreshold: probe.take('failureThreshold'),
  });
}

/** What the `spec` of a core/v1 Pod is as fields of ours: its network. What runs in it is not for weft, and stays behind in `spec`. */
export function podFields(spec: Fields): Record<string, unknown> {
  const containers = spec.parts('containers');
  const ports = containers.flatMap((container) => container.parts('ports').map(portOf));
  const probes = containers.flatMap((container) => {
    container.take('name');
    return probeOf(container, ports) ?? [];
  });
  return said({
    node: spec.take('nodeName'),
    terminationGracePeriodSeconds: spec.take('terminationGracePeriodSeconds'),
    ports,
    readinessProbe: probes.length === 1 ? probes[0] : undefined,
  });
}
