// A pod that makes TCP connections through the last of so many services, and directly to the endpoint of that, a pod of another node; in the network namespace that this
// process was started in. Arguments: backend, number of services. For each line in it prints a line: a JSON object with the microseconds of a block of either.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compile } from '@weft/compiler';
import { RealHost } from '@weft/host';
import { type DesiredState, makeId, podNetnsName } from '@weft/model';
import { applyConfig } from '@weft/reconcile';
import { type BenchBackend, fleet, OWN_NODE, pod } from './fleet.ts';
import { prepareOwnNetwork } from './own-network.ts';

const [backend, sizeText] = process.argv.slice(2) as [BenchBackend, string];
const size = Number(sizeText);

/** Node 2 and a pod of it are one namespace: what is measured is node 1. */
const OTHER_NODE = '192.0.2.2';
const ENDPOINT = '100.64.2.10';
const PORT = 8080;
const SERVICE = '198.19.255.254';
const CONNECTIONS = 100;

const run = (...argv: readonly [string, ...string[]]) =>
  execFileSync(argv[0], argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The fleet with its last service leading to the one endpoint, and a pod. Services are ordered by name. */
function withLast(state: DesiredState): DesiredState {
  const [first] = state.services;
  const [port] = first?.ports ?? [];
  if (first === undefined || port === undefined) throw new Error('no services');
  const last = {
    ...first,
    id: 'svc_last' as const,
    name: 'zz-last',
    clusterIP: SERVICE,
    sessionAffinity: 'None' as const,
    externalTrafficPolicy: 'Cluster' as const,
    ports: [
      { ...port, nodePort: null, endpoints: [{ ip: ENDPOINT, port: PORT, node: makeId('node', '2'), weight: 1, terminating: false }] },
    ],
  };
  return { ...state, pods: [pod(1, 1)], services: [...state.services.slice(0, -1), last] };
}

prepareOwnNetwork(backend);
const server = spawn(
  'unshare',
  [
    '--net',
    '--',
    process.execPath,
    '-e',
    `require('net').createServer((c) => c.destroy()).listen(${PORT}, '0.0.0.0', 4096, () => console.log('up'))`,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
await once(server.stdout, 'data');
run('ip', 'link', 'set', 'lan', 'netns', String(server.pid));
for (const command of [
  `address add ${OTHER_NODE}/24 dev lan`,
  `address add ${ENDPOINT}/32 dev lan`,
  'link set lan up',
  'link set lo up',
  'route add 100.64.1.0/24 via 192.0.2.1',
])
  run('nsenter', '-t', String(server.pid), '-n', 'ip', ...command.split(' '));

const host = new RealHost({ workloadScript: '/nonexistent' });
const state = withLast(fleet(backend, size));
const config = compile(state, OWN_NODE);
const { failure } = await applyConfig(host, config, await host.observe(config.sysctls, { pods: true }));
if (failure !== null) throw new Error(failure.message);
host.close();

const client = spawn('ip', ['netns', 'exec', podNetnsName(makeId('pod', '1')), 'perl', join(import.meta.dirname, 'connect.pl')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: client.stdout })[Symbol.asyncIterator]();

async function connect(to: string, port: number): Promise<number[]> {
  client.stdin.write(`${to} ${port} ${CONNECTIONS}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error('the client has ended');
  return value.split(' ').map(Number);
}

const direct = () => connect(ENDPOINT, PORT);
const through = () => connect(SERVICE, 80);

console.log('ready');
let turn = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  // A port that is used again would find its connection's translation and ask no rule.
  execFileSync('conntrack', ['--flush'], { stdio: 'ignore' });
  turn += 1;
  const first = turn % 2 === 0 ? await direct() : [];
  const middle = await through();
  console.log(JSON.stringify({ through: middle, direct: turn % 2 === 0 ? first : await direct() }));
}
client.stdin.end();
server.kill('SIGKILL');
