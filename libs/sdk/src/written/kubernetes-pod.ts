import type { Fields } from './kubernetes-fields.ts';
import { said } from './kubernetes-service.ts';

function portOf(port: Fields): Record<string, unknown> {
  return said({ name: port.take('name'), containerPort: port.take('containerPort'), protocol: port.take('protocol') });
}

type Ports = readonly Record<string, unknown>[];

/** What the readiness probe of a container asks, at which port; null: it has none, or none that nodes can do. Nodes speak no TLS: asked in plain words, what expects it is never ready. */
function askedOf(container: Fields, ports: Ports): { readonly way: 'httpGet' | 'tcpSocket'; readonly port: unknown } | null {
  const probe = container.peek('readinessProbe');
  const way = probe?.httpGet ? 'httpGet' : 'tcpSocket';
  const { port, scheme } = (probe?.[way] ?? {}) as { readonly port?: unknown; readonly scheme?: unknown };
  if (way === 'httpGet' && scheme && scheme !== 'HTTP') return null;
  const number = typeof port === 'number' ? port : ports.find(({ name }) => name !== undefined && name === port)?.containerPort;
  return number === undefined ? null : { way, port: number };
}

/** The readiness probe of a pod, which has one at most: that of the only container with one that nodes can do. All others stay behind. */
function probeOf(containers: readonly Fields[], ports: Ports): Record<string, unknown> | undefined {
  const probed = containers.flatMap((container) => {
    const asked = askedOf(container, ports);
    return asked === null ? [] : [{ container, ...asked }];
  });
  const [only, ...more] = probed;
  if (only === undefined || more.length > 0) return undefined;
  const probe = only.container.part('readinessProbe');
  const way = probe.part(only.way);
  way.take('port');
  way.takeWhen('scheme', '"HTTP"');
  return said({
    type: only.way === 'httpGet' ? 'http' : 'tcp',
    port: only.port,
    path: only.way === 'httpGet' ? way.take('path') : undefined,
    periodSeconds: probe.take('periodSeconds'),
    timeoutSeconds: probe.take('timeoutSeconds'),
    failureThreshold: probe.take('failureThreshold'),
  });
}

/** What the `spec` of a core/v1 Pod is as fields of ours: its network. What runs in it is not for weft, and stays behind in `spec`. */
export function podFields(spec: Fields): Record<string, unknown> {
  const containers = spec.parts('containers');
  for (const container of containers) container.take('name');
  const ports = containers.flatMap((container) => container.parts('ports').map(portOf));
  return said({
    node: spec.take('nodeName'),
    terminationGracePeriodSeconds: spec.take('terminationGracePeriodSeconds'),
    ports,
    readinessProbe: probeOf(containers, ports),
  });
}
