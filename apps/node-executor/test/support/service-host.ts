import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compile } from '@weft/compiler';
import { RealHost } from '@weft/host';
import { type Backend, type DesiredService, type DesiredState, podNetnsName } from '@weft/model';
import { applyConfig } from '@weft/reconcile';
import { eventually } from '@weft/testing';
import { desired, node, plan, pod } from '@weft/testing/desired';
import { createOwnHost } from './own-host.ts';

const ECHO = fileURLToPath(new URL('./patient-echo.ts', import.meta.url));
const CLIENT = fileURLToPath(new URL('./connected-client.ts', import.meta.url));
const PODS = [pod(1), pod(2)];

/** Somebody else's translation. It makes the kernel track connections before we come. */
const THEIRS = [
  'iptables',
  '-t',
  'nat',
  '-A',
  'PREROUTING',
  '-p',
  'udp',
  '--dport',
  '7777',
  '-j',
  'DNAT',
  '--to-destination',
  `${plan.pod(1, 1)}:8080`,
];

/** Asks once, over the one socket it has, and says the answer or an error's code. */
export type Ask = () => Promise<string>;

/** Node 1 of the plan as a host of a test's own, with a client beside it at 192.0.2.9 that has the node as its router. */
export interface ServiceHost {
  /** What leads onto it, put before a command. */
  readonly enter: readonly string[];
  must(argv: readonly string[]): Promise<string>;
  /** Brings its kernel to two pods and these services. Throws when a step fails. */
  program(
    backend: Backend,
    services: readonly DesiredService[],
  ): Promise<{ readonly nodeId: string; readonly desired: DesiredState; readonly delta: null }>;
  /** Starts a server in each pod: `default/pod-1` and `default/pod-2`, on port 8080. */
  startServers(): Promise<void>;
  /** A client with a socket of its own. */
  client(protocol: 'udp' | 'tcp', address: string, port: number): Promise<Ask>;
  close(): void;
}

/** Makes the host; nothing of ours is on it yet. Throws when the kernel refuses. */
export async function createServiceHost(): Promise<ServiceHost> {
  const host = await createOwnHost();
  const kernel = new RealHost({ workloadScript: ECHO, enter: host.enter });
  const started: ChildProcess[] = [];
  const link = `link add eth0 type veth peer name eth0 netns client\naddress add ${plan.host(1)}/24 dev eth0\nlink set eth0 up\n`;
  const gateway = `address add 192.0.2.9/24 dev eth0\nlink set eth0 up\nroute add default via ${plan.host(1)}\n`;
  await host.must(['ip', 'netns', 'add', 'client']);
  await host.must(['ip', '-batch', '-'], link);
  await host.must(['ip', '-n', 'client', '-batch', '-'], gateway);
  await host.must(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
  await host.must(THEIRS);
  // As the executor does when it starts; where the kernel has it built in, there is nothing to load.
  await host.run(['modprobe', 'br_netfilter']);

  const client: ServiceHost['client'] = async (protocol, address, port) => {
    const argv = ['ip', 'netns', 'exec', 'client', process.execPath, CLIENT, protocol, address, String(port)];
    const [file = '', ...args] = [...host.enter, ...argv];
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    started.push(child);
    const lines = createInterface({ input: child.stdout });
    return async () => {
      child.stdin.write('\n');
      const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(60_000) });
      return String(line);
    };
  };

  return {
    enter: host.enter,
    must: host.must,
    client,
    async program(backend, services) {
      const cluster = { externalCidrs: ['203.0.113.0/24'] };
      const state = desired({ services, pods: PODS, nodes: [node(1, { backend })], cluster });
      const config = compile(state, 'node_1');
      const { failure } = await applyConfig(kernel, config, await kernel.observe(config.sysctls, { pods: true }));
      if (failure !== null) throw new Error(failure.message);
      return { nodeId: 'node_1', desired: state, delta: null };
    },
    async startServers() {
      for (const { id, name } of PODS)
        started.push(host.start(['ip', 'netns', 'exec', podNetnsName(id), process.execPath, ECHO, name], {}));
      for (const { ip } of PODS) {
        const ask = await client('udp', ip, 8080);
        await eventually(`the server at ${ip}`, async () => (await ask()).startsWith('default/'), {
          withinMs: 60_000,
        });
      }
    },
    close() {
      for (const child of started) child.kill('SIGKILL');
      kernel.close();
      host.close();
    },
  };
}
