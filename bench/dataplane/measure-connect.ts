// How long a TCP connection takes to be made through the last of so many services, and directly, in the network namespace that this process was started in.
// Prints figures as JSON, one a line. Arguments: backend, number of services.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compile } from '@weft/compiler';
import { RealHost } from '@weft/host';
import { EMPTY_CONFIG } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { applyConfig } from '@weft/reconcile';
import { figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { type BenchBackend, fleet, OWN_NODE } from './fleet.ts';
import { prepareOwnNetwork } from './own-network.ts';

const [backend, sizeText] = process.argv.slice(2) as [BenchBackend, string];
const size = Number(sizeText);

/** The server is in a namespace of its own, which a node of the fleet stands for. */
const SERVER = '192.0.2.2';
const PORT = 8080;
const CONNECTIONS = 100;
const BLOCKS = 40;

const run = (...argv: readonly [string, ...string[]]) =>
  execFileSync(argv[0], argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The fleet with one service more, the last: one endpoint, the server. Services are ordered by name. */
function withLast(state: DesiredState): { readonly state: DesiredState; readonly address: string } {
  const [first] = state.services;
  const [port] = first?.ports ?? [];
  if (first === undefined || port === undefined) throw new Error('no services');
  const address = '198.19.255.254';
  const endpoints = [{ ip: SERVER, port: PORT, node: null, weight: 1, terminating: false }];
  const last = {
    ...first,
    id: 'svc_last' as const,
    name: 'zz-last',
    clusterIP: address,
    sessionAffinity: 'None' as const,
    externalTrafficPolicy: 'Cluster' as const,
    ports: [{ ...port, nodePort: null, endpoints }],
  };
  return { state: { ...state, services: [...state.services.slice(0, -1), last] }, address };
}

prepareOwnNetwork(backend);
const holder = spawn(
  'unshare',
  [
    '--net',
    '--',
    process.execPath,
    '-e',
    `require('net').createServer((c) => c.destroy()).listen(${PORT}, '0.0.0.0', 4096, () => console.log('up'))`,
  ],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
await once(holder.stdout, 'data');
run('ip', 'link', 'set', 'lan', 'netns', String(holder.pid));
for (const command of [`address add ${SERVER}/24 dev lan`, 'link set lan up', 'link set lo up'])
  run('nsenter', '-t', String(holder.pid), '-n', 'ip', ...command.split(' '));

const { state, address } = withLast(fleet(backend, size));
const host = new RealHost({ workloadScript: '/nonexistent' });
process.stderr.write(`${backend}, ${size} services: connecting\n`);
const { failure } = await applyConfig(host, compile(state, OWN_NODE), EMPTY_CONFIG);
if (failure !== null) throw new Error(failure.message);
host.close();

const script = join(import.meta.dirname, 'connect.pl');
const connect = (to: string, port: number) => run('perl', script, to, String(port), String(CONNECTIONS)).trim().split('\n').map(Number);
const [through, direct]: [number[], number[]] = [[], []];
connect(SERVER, PORT);
connect(address, 80);
for (let block = 0; block < BLOCKS; block += 1) {
  direct.push(...connect(SERVER, PORT));
  through.push(...connect(address, 80));
}
holder.kill('SIGKILL');
printFigures(
  [0.5, 0.99].map((share) =>
    figure({ name: `${backend}: TCP connect through the last service, p${share * 100}`, size, unit: 'µs' }, through, {
      share,
      floor: { name: 'direct, no service', samples: direct },
    }),
  ),
);
