// The executor of one node with so many services, in the network namespace that this process was started in. Prints figures as JSON, one a line.
// Arguments: number of services, and `quick` or `thorough`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { DesiredState } from '@weft/model';
import { DesiredStore } from '../../apps/node-executor/src/disk/desired-store.ts';
import { writerAt } from '../../apps/node-executor/src/disk/writer.ts';
import { CredentialFile } from '../../apps/node-executor/src/identity/credential-file.ts';
import { newReceiptKey } from '../../apps/node-executor/src/identity/receipt-key.ts';
import { timeTool } from '../dataplane/bare-tool.ts';
import { fleetOfPairs, OWN_NODE } from '../dataplane/fleet.ts';
import { prepareOwnNetwork } from '../dataplane/own-network.ts';
import { figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { EXECUTOR_BUNDLE } from './bundle.ts';
import { NodeProcess } from './node-process.ts';

const [sizeText = '', how = ''] = process.argv.slice(2);
const size = Number(sizeText);

/** Starts of each kind. */
const STARTS = how === 'quick' ? 3 : 7;

const LOOK_EVERY_MS = 50;

/** Some time after the start the kernel is read back, so that memory has seen everything; and when that is done, what is to spare of it is given back. */
const SETTLED_MS = 30_000;

const state: DesiredState = fleetOfPairs('nftables', size);
const folder = mkdtempSync(join(tmpdir(), 'weft-bench-executor-'));

async function leaveState(): Promise<void> {
  // As the executor itself leaves it.
  const store = new DesiredStore(join(folder, 'state/desired'), { writer: writerAt(pathToFileURL(EXECUTOR_BUNDLE).href) });
  await store.load();
  await store.keep({ nodeId: OWN_NODE, desired: state });
  store.markGood();
  await new CredentialFile(join(folder, 'credential')).write({
    node: { id: OWN_NODE, name: 'node-1' },
    token: 'weft_node_secret',
    renewAt: Number.MAX_SAFE_INTEGER,
    redis: null,
    receiptKey: newReceiptKey(Date.now()),
  });
}

/** Where it puts down that it has read the kernel's rules back. */
const RULES_READ = join(folder, 'state/rules-read.json');
const READ_BACK_WITHIN_MS = 60_000;

/** Milliseconds from its start until the node is as it should be. It is ended then, or when it has read back what it applied. */
async function start(until: 'in sync' | 'read back'): Promise<number> {
  if (until === 'read back') rmSync(RULES_READ, { force: true });
  const executor = new NodeProcess(folder);
  const took = await executor.inSync();
  for (let waited = 0; until === 'read back' && !existsSync(RULES_READ); waited += LOOK_EVERY_MS) {
    if (waited > READ_BACK_WITHIN_MS) throw new Error('the executor did not read back what it applied');
    await sleep(LOOK_EVERY_MS);
  }
  await executor.end();
  return took;
}

/** Megabytes of a process: now, and at most so far. */
function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
  return { now: field('VmRSS'), most: field('VmHWM') };
}

prepareOwnNetwork('nftables');
await leaveState();
const bareNode = () => timeTool(folder, [process.execPath, '-e', '0'], '');
const listing = () => timeTool(folder, ['nft', '-s', '-y', 'list', 'table', 'ip', 'weft'], '');

const first: number[] = [];
const unread: number[] = [];
const again: number[] = [];
const floors: { node: number[]; list: number[] } = { node: [], list: [] };
for (let turn = 0; turn < STARTS; turn += 1) {
  first.push(await start('in sync'));
  unread.push(await start('read back'));
  again.push(await start('in sync'));
  floors.node.push(await bareNode());
  floors.list.push(await listing());
  if (turn < STARTS - 1) await timeTool(folder, ['nft', '-f', '-'], 'delete table ip weft\n');
}

// A control plane would have taken the receipts of the loads, each with megabytes of text in it, and they would be forgotten.
rmSync(join(folder, 'state/receipts'), { recursive: true });
const executor = new NodeProcess(folder);
await executor.inSync();
await sleep(SETTLED_MS);
const memory = memoryOf(executor.pid);
await executor.end();
rmSync(folder, { recursive: true });

const floor = {
  name: 'an empty Node.js and one listing of the table',
  samples: floors.node.map((ms, turn) => ms + (floors.list[turn] ?? 0)),
};
printFigures([
  figure({ name: 'started again where nothing is to do, until in sync', size, unit: 'ms' }, again, { floor }),
  figure({ name: 'started again before its rules were read back, until in sync', size, unit: 'ms' }, unread, { floor }),
  figure({ name: 'started on an empty kernel, until in sync', size, unit: 'ms' }, first),
  figure({ name: 'resident memory, settled', size, unit: 'MB' }, [memory.now]),
  figure({ name: 'resident memory, most so far', size, unit: 'MB' }, [memory.most]),
]);
