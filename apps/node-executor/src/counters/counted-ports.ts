import { ipvsMarkedPorts, nftComment, portLabel } from '@weft/compiler';
import type { DesiredService, DesiredState } from '@weft/model';
import type { ServiceCounter } from './service-counter.ts';

/** A service port, as people and the control plane know it. */
export interface CountedPort {
  readonly service: `svc_${string}`;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly namespace: string;
  readonly name: string;
  /** Its name where it has one, else its number. */
  readonly portName: string;
}

/** Finds whose a counter is; undefined: of nothing that is wanted here. */
export type WhoseCounter = (counter: Pick<ServiceCounter, 'of'>) => CountedPort | undefined;

const ANYWHERE = '*';

/** Each port of a service by everything that counters of any backend call it: label, address and port, number of its node port. */
function callings(service: DesiredService): (readonly [of: string, port: CountedPort])[] {
  const { id, namespace, name, clusterIP, externalIPs, loadBalancerIPs } = service;
  return service.ports.flatMap(({ name: portName, protocol, port, nodePort }) => {
    const counted = { service: id, protocol, port, namespace, name, portName: portName ?? `${port}` };
    const label = portLabel(service, { name: portName, port });
    const called = [
      label,
      nftComment(label),
      ...[clusterIP, ...externalIPs, ...loadBalancerIPs].map((address) => `${address}:${port}`),
      ...(nodePort === null ? [] : [`${ANYWHERE}:${nodePort}`]),
    ];
    return called.map((of) => [`${protocol.toLowerCase()} ${of}`, counted] as const);
  });
}

/** Tells counters of any backend apart. From one state to the next it learns only what is new of the services that changed. */
export class CountedPorts {
  #services: DesiredState['services'] = [];
  readonly #known = new Map<DesiredService['id'], DesiredService>();
  readonly #byOf = new Map<string, CountedPort>();

  /** The ports of a state's services, seen from one of its nodes; good until it is called again. Learns nothing until it is asked for one: where nothing is counted there is nobody to tell. */
  in(desired: DesiredState, nodeId: string): WhoseCounter {
    let marked: ReadonlyMap<string, string> | null = null;
    const byMark = (of: string) => {
      const node = desired.nodes.find(({ id }) => id === nodeId);
      marked ??= new Map(Array.from(node === undefined ? [] : ipvsMarkedPorts(desired, node), ([mark, port]) => [`fwmark ${mark}`, port]));
      return marked.get(of) ?? '';
    };
    return ({ of }) => {
      if (this.#services !== desired.services) this.#learn(desired.services);
      return this.#byOf.get(of) ?? this.#byOf.get(of.startsWith('fwmark ') ? byMark(of) : of.replace(/ [\d.]+:/, ` ${ANYWHERE}:`));
    };
  }

  #learn(services: DesiredState['services']): void {
    this.#services = services;
    const fresh = services.filter((service) => this.#known.get(service.id) !== service);
    const ids = this.#known.size + fresh.length === services.length ? null : new Set(services.map(({ id }) => id));
    for (const id of ids === null ? [] : this.#known.keys()) if (!ids?.has(id)) this.#forget(id);
    for (const { id } of fresh) this.#forget(id);
    for (const service of fresh) {
      this.#known.set(service.id, service);
      for (const [of, port] of callings(service)) this.#byOf.set(of, port);
    }
  }

  #forget(id: DesiredService['id']): void {
    const service = this.#known.get(id);
    if (service === undefined) return;
    this.#known.delete(id);
    for (const [of] of callings(service)) if (this.#byOf.get(of)?.service === id) this.#byOf.delete(of);
  }
}
