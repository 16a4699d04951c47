import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { eventually, type Lab } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../../src/api/fleet-api.ts';
import { bundleOf } from '../../src/repository.ts';
import { Asking } from './asking.ts';
import { LocalFleet, machineNetwork } from './local-fleet.ts';

const NODE_PORT = 30090;

describe('a fleet of two nodes', () => {
  let fleet: LocalFleet;
  let lab: Lab;
  let before: readonly string[];
  let pods: Pod[];
  let service: Service;

  const addressOf = (host: string) => lab.hosts.find(({ name }) => name === host)?.address ?? '';

  /** The pods that answered one curl of so many new connections. */
  const answers = async (from: string, url: string, times = 10): Promise<string[]> => {
    const result = await fleet.weft('lab', 'exec', from, '--', 'curl', '-sS', '--max-time', '10', `${url}?[1-${times}]`);
    expect(result.stderr).toBe('');
    return [...result.stdout.matchAll(/^default\/(\S+)$/gm)].map(([, name = '']) => name);
  };

  beforeAll(async () => {
    before = await machineNetwork();
    fleet = await LocalFleet.place();
    await fleet.up(2);
    lab = await fleet.lab();
    pods = [await fleet.createPod('pod-1', 'node-1', 'web'), await fleet.createPod('pod-2', 'node-2', 'web')];
    service = await fleet.createService('web', 'web', NODE_PORT);
  });

  afterAll(async () => {
    await fleet.weft('down', '--purge');
    expect(await machineNetwork()).toEqual(before);
  });

  it('is up: says so again, and keeps its secrets to itself', async () => {
    expect((await fleet.weft('up', '--lab', '2', '--detach')).stdout).toContain('already up');
    for (const file of [fleet.paths.adminToken, fleet.paths.runRecord, join(fleet.paths.nodes, 'node-1/credential')])
      expect((await stat(file)).mode & 0o077).toBe(0);
    const status = JSON.parse((await fleet.weft('status', '-o', 'json')).stdout);
    expect(status).toMatchObject({ pods: { ready: 2, total: 2 }, services: { live: 1, total: 1 }, notLive: [] });
    expect((await fleet.weft('env')).stdout).toMatch(/^export WEFT_URL=http:\S+\nexport WEFT_TOKEN=\S+\n$/);
  });

  it('is closed to other users', async () => {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--', process.execPath, bundleOf('cli')] as const;
    for (const command of ['status', 'down']) {
      const result = await runCommand({ argv: [...nobody, command, '--state', fleet.paths.directory], env: { NODE_COMPILE_CACHE: '' } });
      expect(result).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^weft: \S+ belongs to another user: run this as its owner.*\n$/),
      });
    }
  });

  it('passes on the exit status of what runs in the lab', async () => {
    expect((await fleet.weft('lab', 'exec', 'node-1', '--', 'sh', '-c', 'exit 7')).exitCode).toBe(7);
    expect((await fleet.weft('lab', 'exec', 'pod/nobody', '--', 'true')).stderr).toContain('there is no host and no pod default/nobody');
  });

  it.each(['nftables', 'iptables'] as const)('carries packets on %s, and changes to it without losing one', async (backend) => {
    const asking = new Asking(lab, { host: 'client' }, `http://${addressOf('node-1')}:${NODE_PORT}/`);
    for (const node of await (await fleet.api()).nodes()) await fleet.call<Node>('PATCH', `/nodes/${node.id}`, { backend });
    await asking.stop();
    expect(asking.failures).toEqual([]);
    expect((await fleet.converged()).map((node) => node.backend)).toEqual([backend, backend]);

    for (const from of ['pod/pod-1', 'pod/pod-2', 'node-1', 'node-2'])
      expect(new Set(await answers(from, `http://${service.clusterIP}/`, 20))).toEqual(new Set(['pod-1', 'pod-2']));
    for (const node of ['node-1', 'node-2'])
      expect(new Set(await answers('client', `http://${addressOf(node)}:${NODE_PORT}/`, 20))).toEqual(new Set(['pod-1', 'pod-2']));
    expect(await answers('pod/pod-1', `http://${pods[1]?.ip}:8080/`, 1)).toEqual(['pod-2']);
  });

  describe('when something is killed', () => {
    /** Breaks something under a steady client, then shows that the fleet has healed: a new service comes alive, and the old one never failed. */
    const survives = async (name: string, harm: () => Promise<void>) => {
      const asking = [
        new Asking(lab, { host: 'node-2', netns: pods[1]?.status.netns ?? '' }, `http://${service.clusterIP}/`),
        new Asking(lab, { host: 'client' }, `http://${addressOf('node-1')}:${NODE_PORT}/`),
      ];
      await harm();
      const created = await eventually('a new service', () => fleet.createService(name, 'web'), { withinMs: 30_000, everyMs: 200 });
      await fleet.converged();
      expect(new Set(await answers('pod/pod-1', `http://${created.clusterIP}/`, 20))).toEqual(new Set(['pod-1', 'pod-2']));
      for (const one of asking) await one.stop();
      expect(asking.flatMap((one) => one.failures)).toEqual([]);
      expect(asking.every((one) => one.answered > 0)).toBe(true);
    };

    const kill = async (name: string) => {
      const pid = (await fleet.run()).processes[name];
      if (pid === undefined) throw new Error(`${name} does not run`);
      process.kill(pid, 'SIGKILL');
    };

    it.each(['node-1', 'control-plane', 'postgres', 'redis'])('%s: nothing is lost and traffic goes on', async (name) => {
      await survives(`after-${name}`, () => kill(name));
    });

    it('Redis forgets everything: nothing is lost and traffic goes on', async () => {
      await survives('after-flush', async () => {
        const password = (await readFile(join(fleet.paths.servers, 'redis.password'), 'utf8')).trim();
        const socket = join(fleet.paths.servers, 'redis/redis.sock');
        const flushed = await runCommand({ argv: ['redis-cli', '--no-auth-warning', '-s', socket, '-a', password, 'FLUSHALL'] });
        expect(flushed.stdout).toBe('OK\n');
      });
    });
  });

  it('is the same after down and up', async () => {
    const services = (await (await fleet.api()).services()).map(({ name, clusterIP }) => `${name} ${clusterIP}`);
    expect((await fleet.weft('down')).stdout).toBe('down\n');
    expect(await machineNetwork()).toEqual(before);
    expect((await fleet.weft('down')).stdout).toBe('nothing was up\n');

    await fleet.up(2);
    lab = await fleet.lab();
    await fleet.converged();
    expect((await (await fleet.api()).services()).map(({ name, clusterIP }) => `${name} ${clusterIP}`)).toEqual(services);
    // The pods were made anew: their servers are up a moment after their wires.
    const argv = ['curl', '-sS', '--max-time', '10', `http://${addressOf('node-2')}:${NODE_PORT}/?[1-20]`];
    const came = await eventually('both pods to answer', async () => {
      const { stdout } = await lab.exec('client', argv);
      return stdout.match(/^default\//gm)?.length === 20 ? stdout : null;
    });
    expect(new Set(came.match(/^default\/\S+$/gm))).toEqual(new Set(['default/pod-1', 'default/pod-2']));
  });

  it('keeps its traffic when even the supervisor is killed, and down removes what is left', async () => {
    const { supervisor } = await fleet.run();
    process.kill(supervisor.pid, 'SIGKILL');
    await eventually('the end of the control plane', async () => (await fleet.weft('status')).exitCode !== 0);
    const argv = ['curl', '-sS', '--max-time', '5', `http://${addressOf('node-1')}:${NODE_PORT}/?[1-10]`];
    expect((await lab.exec('client', argv)).stdout.match(/^default\//gm)).toHaveLength(10);
    expect((await fleet.weft('down')).stdout).toBe('down\n');
    expect(await machineNetwork()).toEqual(before);
  });
});

describe('up', () => {
  /** Processes that know a fleet's directory. */
  const processesOf = async (fleet: LocalFleet) => (await runCommand({ argv: ['pgrep', '-a', '-f', '--', fleet.paths.directory] })).stdout;

  it('stops what it has started when one part does not start', async () => {
    const fleet = await LocalFleet.place();
    // A machine with everything that it needs but redis-server.
    const tools = await mkdtemp(join(tmpdir(), 'weft-tools-'));
    await symlink('/usr/bin/setpriv', join(tools, 'setpriv'));
    const argv = [process.execPath, bundleOf('cli'), 'up', '--detach', '--port', '7999', '--state', fleet.paths.directory] as const;
    const result = await runCommand({ argv, env: { PATH: tools }, timeoutMs: 60_000 });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('the private Redis did not start');
    expect(await processesOf(fleet)).toBe('');
    await fleet.weft('down', '--purge');
    await rm(tools, { recursive: true });
  });

  it('names a tool that is missing', async () => {
    const fleet = await LocalFleet.place();
    const tools = await mkdtemp(join(tmpdir(), 'weft-tools-'));
    for (const tool of ['unshare', 'ip', 'true']) await symlink(`/usr/bin/${tool}`, join(tools, tool));
    const argv = [
      process.execPath,
      bundleOf('cli'),
      'up',
      '--lab',
      '1',
      '--detach',
      '--port',
      '7997',
      '--state',
      fleet.paths.directory,
    ] as const;
    const result = await runCommand({ argv, env: { PATH: tools } });
    expect(result).toMatchObject({ exitCode: 1, stderr: 'weft: nft is not on the PATH: install it (./weft does on Debian, as root)\n' });
    await fleet.weft('down', '--purge');
    await rm(tools, { recursive: true });
  });

  it('undoes its work when it is interrupted', async () => {
    const before = await machineNetwork();
    const fleet = await LocalFleet.place();
    const args = [bundleOf('cli'), 'up', '--lab', '1', '--detach', '--port', '7998', '--state', fleet.paths.directory];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit');
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    await eventually('the first step', async () => said.includes('lab of 1 nodes'));
    child.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    expect(said).not.toContain('up:');
    expect(said).toMatch(/weft: interrupted; what was started is stopped again\n$/);
    expect(await processesOf(fleet)).toBe('');
    expect(await machineNetwork()).toEqual(before);
    await fleet.weft('down', '--purge');
  });

  it('names the port that is in use', async () => {
    const fleet = await LocalFleet.place();
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const result = await fleet.weft('up', '--detach', '--port', `${port}`);
    squatter.close();
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: `weft: port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port\n`,
    });
  });
});
