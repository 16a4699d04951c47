// From the first byte of POST /services to the rule standing in the kernel of every node, on an idle fleet.
// Needs a running lab (`./weft up --lab 3 --detach`) and its environment (`eval "$(./weft env)"`).
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apiFromEnvironment } from './api.ts';
import { labCommand } from './lab-command.ts';
import { print, quantile, type Row } from './row.ts';
import { RuleWatch } from './rule-watch.ts';

const SERVICES = 100;
const api = apiFromEnvironment();

interface Listed {
  readonly items: readonly { readonly id: string; readonly name: string; readonly backend?: string }[];
}

/** Milliseconds of one `nft -f -` with the elements of one service, in the place where executors run. */
async function floorOn(node: string): Promise<number[]> {
  const script = join(import.meta.dirname, 'floor-nft.mjs');
  const { stdout } = await promisify(execFile)(...labCommand(node, [process.execPath, script, String(SERVICES)]));
  return stdout.trim().split('\n').map(Number);
}

/** One service with two endpoints. */
function createService(name: string): Promise<{ id: string; clusterIP: string }> {
  return api.call('POST', '/services', { name, namespace: 'bench', selector: { app: 'bench' }, ports: [{ port: 80, targetPort: 8080 }] });
}

/** Creates services until every watch has seen one: only then does it really watch. */
async function warmUp(watches: readonly RuleWatch[], created: string[]): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { id, clusterIP } = await createService(`bench-warm-up-${attempt}`);
    created.push(id);
    const seen = await Promise.allSettled(watches.map((watch) => watch.seen(clusterIP, 2_000)));
    if (seen.every(({ status }) => status === 'fulfilled')) return;
  }
  throw new Error('the rules of new services are not seen on every node: see ./weft status');
}

async function measure(watches: readonly RuleWatch[], created: string[]): Promise<{ live: number[]; answered: number[] }> {
  const live: number[] = [];
  const answered: number[] = [];
  for (let i = 0; i < SERVICES; i++) {
    const started = performance.now();
    const service = await createService(`bench-${i}`);
    answered.push(performance.now() - started);
    created.push(service.id);
    const seen = await Promise.all(watches.map((watch) => watch.seen(service.clusterIP)));
    live.push(Math.max(...seen) - started);
  }
  return { live, answered };
}

const nodes = (await api.call<Listed>('GET', '/nodes')).items;
const names = nodes.map((node) => node.name);
const wrong = nodes.filter((node) => node.backend !== 'nftables').map((node) => node.name);
if (wrong.length > 0) throw new Error(`the rule is watched for in nftables; these nodes run another backend: ${wrong.join(', ')}`);
const first = names[0];
if (first === undefined) throw new Error('there are no nodes: start a lab with ./weft up --lab 3 --detach');

const namespace = await api.call<{ id: string }>('POST', '/namespaces', { name: 'bench' });
const created: string[] = [];
const pods: string[] = [];
const watches = names.map((name) => new RuleWatch(name));
try {
  for (const node of names.slice(0, 2)) {
    const pod = await api.call<{ id: string }>(
      'POST',
      '/pods',
      { name: `bench-${node}`, namespace: 'bench', node, labels: { app: 'bench' }, ports: [{ containerPort: 8080 }] },
      { prefer: 'wait=30' },
    );
    pods.push(pod.id);
  }
  await warmUp(watches, created);
  const { live, answered } = await measure(watches, created);
  const floor = await floorOn(first);
  const base = { area: 'convergence', size: names.length, unit: 'ms', peer: null, peerName: null, runs: SERVICES } as const;
  const rows: Row[] = [0.5, 0.99].flatMap((share) => [
    {
      ...base,
      name: `POST /services to rule live on every node, p${share * 100}`,
      value: quantile(live, share),
      floor: quantile(floor, share),
      floorName: `one nft -f -, p${share * 100}`,
    },
    { ...base, name: `POST /services to answer, p${share * 100}`, value: quantile(answered, share), floor: null, floorName: null },
  ]);
  print(rows, process.argv.includes('--json'));
} finally {
  await Promise.all(watches.map((watch) => watch.stop()));
  for (const id of created) await api.call('DELETE', `/services/${id}`, undefined, { 'if-match': '*' });
  for (const id of pods) await api.call('DELETE', `/pods/${id}`, undefined, { 'if-match': '*' });
  await api.call('DELETE', `/namespaces/${namespace.id}`, undefined, { 'if-match': '*' });
}
