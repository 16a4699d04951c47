import type { Service } from '../api.ts';

/** `80→8080/TCP, 443/TCP:30443`, as `kubectl get` writes them, with the target where it is another. */
export const portsOf = ({ ports }: Service): string =>
  ports
    .map(({ port, targetPort, protocol, nodePort }) => {
      const target = targetPort === port ? '' : `→${targetPort}`;
      return `${port}${target}/${protocol}${nodePort === null ? '' : `:${nodePort}`}`;
    })
    .join(', ');
