import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Api, apiFromEnvironment } from '../control-plane/api.ts';
import { type Figure, figure } from '../harness/figure.ts';
import { labCommand } from './lab-command.ts';
import { RuleWatch } from './rule-watch.ts';

interface Listed {
  readonly items: readonly { readonly id: string; readonly name: string; readonly backend?: string }[];
}

/** Changes of which a floor is taken between two measurements. */
const BLOCK = 10;

/** Milliseconds of one `nft -f -` each, with the elements of one service, in the place where executors run. */
async function floorOn(node: string, count: number): Promise<number[]> {
  const script = join(import.meta.dirname, 'floor-nft.mjs');
  const { stdout } = await promisify(execFile)(...labCommand(node, [process.execPath, script, String(count)]));
  return stdout.trim().split('\n').map(Number);
}

/** The names of all nodes. Throws Error when there are none, or a rule could not be watched for on one. */
async function nodeNames(api: Api): Promise<string[]> {
  const nodes = (await api.call<Listed>('GET', '/nodes')).items;
  const wrong = nodes.filter((node) => node.backend !== 'nftables').map((node) => node.name);
  if (wrong.length > 0) throw new Error(`the rule is watched for in nftables; these nodes run another backend: ${wrong.join(', ')}`);
  if (nodes.length === 0) throw new Error('there are no nodes: start a lab with ./weft up --lab 3 --detach');
  return nodes.map((node) => node.name);
}

/** Creates services until every watch has seen one: only then does it really watch. */
async function warmUp(create: (name: string) => Promise<{ clusterIP: string }>, watches: readonly RuleWatch[]): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { clusterIP } = await create(`bench-warm-up-${attempt}`);
    const seen = await Promise.allSettled(watches.map((watch) => watch.seen(clusterIP, 2_000)));
    if (seen.every(({ status }) => status === 'fulfilled')) return;
  }
  throw new Error('the rules of new services are not seen on every node: see ./weft status');
}

/** Milliseconds from the first byte of POST /services to its answer, and to the rule standing in the kernel of every node, on an idle fleet: services with two endpoints. */
export async function liveEverywhere(changes: number): Promise<Figure[]> {
  const api = apiFromEnvironment();
  const names = await nodeNames(api);
  const made: string[] = [];
  const remember = <T extends { id: string }>(path: string, object: T): T => {
    made.unshift(`${path}/${object.id}`);
    return object;
  };
  const create = async (name: string) => {
    const body = { name, namespace: 'bench', selector: { app: 'bench' }, ports: [{ port: 80, targetPort: 8080 }] };
    return remember('/services', await api.call<{ id: string; clusterIP: string }>('POST', '/services', body));
  };
  const watches = names.map((name) => new RuleWatch(name));
  try {
    remember('/namespaces', await api.call<{ id: string }>('POST', '/namespaces', { name: 'bench' }));
    for (const node of names.slice(0, 2)) {
      const body = { name: `bench-${node}`, namespace: 'bench', node, labels: { app: 'bench' }, ports: [{ containerPort: 8080 }] };
      remember('/pods', await api.call<{ id: string }>('POST', '/pods', body, { prefer: 'wait=30' }));
    }
    await warmUp(create, watches);
    const [live, answered, floor]: [number[], number[], number[]] = [[], [], []];
    for (let n = 0; n < changes; n += 1) {
      if (n % BLOCK === 0) floor.push(...(await floorOn(names[0] ?? '', BLOCK)));
      const started = performance.now();
      const { clusterIP } = await create(`bench-${n}`);
      answered.push(performance.now() - started);
      const seen = await Promise.all(watches.map((watch) => watch.seen(clusterIP)));
      live.push(Math.max(...seen) - started);
    }
    const name = (until: string, share: number) => ({
      name: `POST /services to ${until}, p${share * 100}`,
      size: names.length,
      unit: 'ms' as const,
    });
    return [0.5, 0.99].flatMap((share) => [
      figure(name('rule live on every node', share), live, { share, floor: { name: 'one nft -f -', samples: floor } }),
      figure(name('answer', share), answered, { share }),
    ]);
  } finally {
    await Promise.all(watches.map((watch) => watch.stop()));
    for (const path of made) await api.call('DELETE', path, undefined, { 'if-match': '*' });
  }
}
