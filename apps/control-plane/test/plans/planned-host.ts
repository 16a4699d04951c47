import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '@weft/compiler';
import { FakeHost } from '@weft/host';
import { compareInventories, type InventoryDifference, identityOf, inventory, type NodeConfig } from '@weft/kernel';
import type { Backend, KernelObject } from '@weft/model';
import { withDraining } from '@weft/reconcile';
import type { Store } from '@weft/store';
import { Intake } from '../../../node-executor/src/control-plane/intake.ts';
import { dataplaneOn } from '../../../node-executor/test/support/dataplane-on.ts';
import type { Api } from '../harness/api.ts';
import { FACTS, joinHost } from '../harness/executor.ts';

/** A node whose executor's dataplane programs a host in memory. */
export interface PlannedHost {
  readonly id: string;
  readonly name: string;
  /** Pulls and applies what there is, and says what that has changed in the kernel. */
  apply(): Promise<InventoryDifference>;
  /** Says of pods that they are ready, or not. */
  report(pods: readonly { readonly id: string; readonly ready: boolean }[]): Promise<void>;
  close(): Promise<void>;
}

const uncounted = (observed: NodeConfig): NodeConfig => ({
  ...observed,
  ipvs: observed.ipvs.map((service) => ({ ...service, destinations: service.destinations.map(({ connections: _, ...rest }) => rest) })),
});

/** What is on a host, without what stands only until connections of IPVS have ended: no plan can know when that is. */
function staying(wanted: NodeConfig, observed: NodeConfig): KernelObject[] {
  const stays = new Set(inventory(wanted).map(identityOf));
  const drains = inventory(withDraining(wanted, uncounted(observed))).map(identityOf);
  const going = new Set(drains.filter((identity) => !stays.has(identity)));
  return inventory(observed).filter((object) => !going.has(identityOf(object)));
}

let hosts = 0;

/** Joins a node that runs this backend. */
export async function plannedHost(api: Api, store: Store, backend: Backend): Promise<PlannedHost> {
  hosts += 1;
  const name = `${backend}-${process.pid}-${hosts}`;
  const facts = { ...FACTS, address: `192.0.2.${hosts}/24`, backends: ['nftables', 'iptables', 'ipvs'] as Backend[] };
  const { token, node } = await joinHost(api, name, facts);
  const { session } = (await api.ok('PUT /node-agent/session', { token, body: { facts } })).body;
  await api.ok(`PATCH /nodes/${node.id}`, { body: { backend }, headers: { 'If-Match': '*' } });
  const folder = await mkdtemp(join(tmpdir(), 'weft-planned-'));
  const kernel = new FakeHost({ start: { addresses: [{ netns: null, device: 'eth0', cidr: facts.address }] } });
  const dataplane = dataplaneOn(kernel, folder);
  const intake = new Intake({ pull: (since) => store.agent.pull(node.id, since) }, null, { acceptShrink: true, guarded: () => [] });
  let before: readonly KernelObject[] = [];
  return {
    id: node.id,
    name,
    async apply() {
      await intake.pull();
      const { desired, checksum, fromSnapshot, delta } = intake;
      if (desired === null) throw new Error('nothing was pulled');
      const wish = { nodeId: node.id, desired, checksum, fromSnapshot, delta };
      await dataplane.converge(wish);
      // As an executor does: after a failure it looks at the host and tries again.
      if (dataplane.failure !== null) {
        console.warn(`${name}: ${dataplane.failure.message}; it looks and tries again`);
        await dataplane.converge(wish);
      }
      if (dataplane.failure !== null) throw new Error(`${name}: ${dataplane.failure.message}`);
      const wanted = compile(desired, node.id);
      const after = staying(wanted, await kernel.observe(wanted.sysctls, { pods: true }));
      const difference = compareInventories(before, after);
      before = after;
      return difference;
    },
    async report(pods) {
      const { epoch, revision } = await store.history.position();
      const said = pods.map(({ id, ready }) => ({ id, phase: 'Running', ready, reason: ready ? 'Ready' : 'ProbeFailed', message: '' }));
      const body = { session, epoch, appliedRevision: revision, configHash: 'c0ffee', failure: null, pods: said, receipts: [] };
      await api.ok('PUT /node-agent/report', { token, body });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
