import { eventually, type Lab } from '@weft/testing';
import { expect } from 'vitest';
import type { Pod, Service } from '../../src/api/fleet-api.ts';
import { Asking } from '../fleet/asking.ts';
import { LocalFleet } from '../fleet/local-fleet.ts';

const NODE_PORT = 30_090;

/** A fleet of three nodes with a pod on each and a service before them, and clients of it that never stop asking. */
export class FleetUnderFaults {
  readonly fleet: LocalFleet;
  readonly lab: Lab;
  readonly #pods: readonly Pod[];
  readonly #service: Service;
  #created = 0;

  private constructor(fleet: LocalFleet, lab: Lab, pods: readonly Pod[], service: Service) {
    this.fleet = fleet;
    this.lab = lab;
    this.#pods = pods;
    this.#service = service;
  }

  /** Starts it, of the programs that are built in this checkout or another. */
  static async start(root?: string): Promise<FleetUnderFaults> {
    const fleet = await LocalFleet.place(root);
    await fleet.up(3);
    const pods: Pod[] = [];
    for (const node of [1, 2, 3]) pods.push(await fleet.createPod(`pod-${node}`, `node-${node}`, 'web'));
    const service = await fleet.createService('web', 'web', NODE_PORT);
    await fleet.converged();
    return new FleetUnderFaults(fleet, await fleet.lab(), pods, service);
  }

  /** Clients by both ways in: a pod at the service's address, and the host outside at a node port. */
  asking(): readonly Asking[] {
    const { lab } = this;
    const address = lab.hosts.find(({ name }) => name === 'node-1')?.address ?? '';
    return [
      new Asking(lab, { host: 'node-2', netns: this.#pods[1]?.status.netns ?? '' }, `http://${this.#service.clusterIP}/`),
      new Asking(lab, { host: 'client' }, `http://${address}:${NODE_PORT}/`),
    ];
  }

  /** Creates a service; it is answered when every ready node has it, or after 30 s as it is. */
  newService(withinMs: number): Promise<Service> {
    this.#created += 1;
    const name = `new-${this.#created}`;
    return eventually('a new service', () => this.fleet.createService(name, 'web'), { withinMs, everyMs: 200 });
  }

  /** Creates a service, and every node has it within 30 s. */
  async expectChange(): Promise<void> {
    expect((await this.newService(30_000)).status).toMatchObject({ phase: 'Programmed', nodes: { desired: 3, applied: 3 } });
  }

  /** Which pods answer for a service, asked by a pod of node 1 with so many new connections. */
  async answering({ clusterIP }: Service, times = 20): Promise<ReadonlySet<string>> {
    const argv = ['curl', '-sS', '--max-time', '10', `http://${clusterIP}/?[1-${times}]`];
    const { stdout } = await this.lab.exec('node-1', argv, { netns: this.#pods[0]?.status.netns ?? '' });
    return new Set([...stdout.matchAll(/^default\/(\S+)$/gm)].map(([, name = '']) => name));
  }

  /** The fleet does what it is for: everybody has everything, and a service that is made now leads to every pod. */
  async expectWhole(withinMs = 60_000): Promise<void> {
    await this.fleet.converged(withinMs);
    expect(await this.answering(await this.newService(withinMs), 40)).toEqual(new Set(['pod-1', 'pod-2', 'pod-3']));
  }

  async end(): Promise<void> {
    await this.fleet.weft('down', '--purge');
  }
}

/** Ends the clients: they got answers, and nothing else. */
export async function expectUnharmed(clients: readonly Asking[]): Promise<void> {
  for (const client of clients) await client.stop();
  expect(clients.flatMap(({ failures }) => failures)).toEqual([]);
  for (const client of clients) expect(client.answered).toBeGreaterThan(0);
}
