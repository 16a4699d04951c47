import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONTROL, HeldState } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { expect, it, onTestFinished } from 'vitest';
import { UNKNOWN_RULES } from '../../apps/node-executor/src/dataplane/known-rules.ts';
import { Recorder } from '../../apps/node-executor/src/dataplane/recorder.ts';
import { DesiredStore } from '../../apps/node-executor/src/disk/desired-store.ts';
import { ReceiptSpool } from '../../apps/node-executor/src/disk/receipt-spool.ts';
import { fleet, OWN_NODE, withOtherEndpoint } from '../dataplane/fleet.ts';
import { HollowHost } from '../hollow/hollow-host.ts';
import { PaperDataplane } from '../hollow/paper-dataplane.ts';

const STATE = fleet('nftables', 20);
const WANTED = { nodeId: OWN_NODE, desired: STATE, checksum: HeldState.of(STATE).checksum, fromSnapshot: true, delta: null };

async function paper() {
  const folder = mkdtempSync(join(tmpdir(), 'weft-paper-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const spool = new ReceiptSpool(join(folder, 'receipts'));
  await spool.load();
  let receipts = 0;
  const recorder = new Recorder({ spool, now: Date.now, newIdBody: () => `p${++receipts}`, log: createLogger('test', 'silent') });
  const store = new DesiredStore(join(folder, 'desired'));
  const host = new HollowHost('192.0.2.1/24');
  const dataplane = new PaperDataplane({ host, preflight: async () => null, store, recorder, rules: UNKNOWN_RULES });
  const written = async () => {
    await recorder.finished;
    return spool.peek(64, 2 ** 20);
  };
  return { dataplane, written };
}

it('makes every state true and writes down what its changes come to, once', async () => {
  const { dataplane, written } = await paper();
  await dataplane.converge(WANTED);
  await dataplane.converge(WANTED);
  expect(dataplane.applied?.revision).toBe(STATE.revision);
  expect(await written()).toHaveLength(1);
  const [service] = STATE.services;
  if (service === undefined) throw new Error('there is no service');
  const changed = withOtherEndpoint(service, 7);
  const desired = { ...STATE, revision: 7, services: [changed, ...STATE.services.slice(1)] };
  const { epoch, cluster } = STATE;
  const pull = {
    kind: 'delta',
    epoch,
    revision: 7,
    checksum: '',
    control: DEFAULT_CONTROL,
    cluster,
    nodes: [],
    pods: [],
    removed: [],
  } as const;
  const delta = { from: STATE, pull: { ...pull, nodes: [], pods: [], removed: [], services: [changed] } };
  await dataplane.converge({ ...WANTED, desired, checksum: HeldState.of(desired).checksum, fromSnapshot: false, delta });
  const receipts = await written();
  expect(receipts.map(({ fromRevision, toRevision, outcome }) => ({ fromRevision, toRevision, outcome }))).toEqual([
    { fromRevision: 0, toRevision: 1, outcome: 'applied' },
    { fromRevision: 1, toRevision: 7, outcome: 'applied' },
  ]);
  expect(receipts[1]?.steps[0]?.input).toContain(changed.clusterIP);
  expect(dataplane.transactions).toBe(2);
});
