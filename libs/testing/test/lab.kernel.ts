import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { createLab, destroyLab, findLab, type Lab } from '../src/lab/lab.ts';
import { must } from '../src/lab/run.ts';

/** Tries a TCP connection; bash says on stderr whether it was refused or timed out. */
const connect = (address: string, port: number) => ['bash', '--norc', '-c', 'exec 3<>"/dev/tcp/$0/$1"', address, `${port}`];

const machine = async () => [await must(['ip', '-json', 'address']), await must(['ip', '-json', 'route', 'show', 'table', 'all'])];

describe('a lab of three nodes', () => {
  let lab: Lab;
  let before: string[];

  beforeAll(async () => {
    before = await machine();
    lab = await createLab({ id: await mkdtemp(join(tmpdir(), 'weft-lab-')), nodes: 3 });
  });

  afterAll(async () => {
    await lab.destroy();
    expect(await findLab(lab.id)).toBeNull();
    expect(await machine()).toEqual(before);
  });

  it('lets every host reach every other host and the machine', async () => {
    const targets = [...lab.hosts.map((host) => host.address), lab.machineAddress];
    for (const host of lab.hosts)
      for (const target of targets) expect((await lab.exec(host.name, connect(target, 9))).stderr).toContain('Connection refused');
  });

  it('gives every host its own name, processes and pods', async () => {
    await must([...lab.enter('node-1'), 'ip', 'netns', 'add', 'pod-a']);
    expect((await lab.exec('node-1', ['hostname'])).stdout).toBe('node-1\n');
    expect((await lab.exec('node-1', ['ls', '/run/netns'])).stdout).toBe('pod-a\n');
    expect((await lab.exec('node-2', ['ls', '/run/netns'])).stdout).toBe('');
    expect((await lab.exec('node-1', ['ip', '-brief', 'link'], { netns: 'pod-a' })).stdout).not.toContain('eth0');
    expect((await lab.exec('node-1', ['cat', '/proc/1/comm'])).stdout).toBe('sleep\n');
  });

  it('lets hosts know each other by name, and leaves the names of the machine alone', async () => {
    const own = await must(['cat', '/etc/hosts']);
    const [node1] = lab.hosts;
    expect((await lab.exec('client', ['getent', 'hosts', 'node-1'])).stdout).toMatch(new RegExp(`^${node1?.address}\\s+node-1$`, 'm'));
    expect((await lab.exec('client', ['cat', '/etc/hosts'])).stdout.startsWith(own)).toBe(true);
    expect(own).not.toContain('node-1');
  });

  it('lets a host set its own kernel settings and nobody else’s', async () => {
    await must([...lab.enter('node-1'), 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    expect((await lab.exec('node-2', ['sysctl', '-n', 'net.ipv4.ip_forward'])).stdout).toBe('0\n');
  });

  it('reaps what its processes leave behind', async () => {
    await must([...lab.enter('client'), 'bash', '--norc', '-c', 'sleep 0.05 & disown']);
    const processes = async () => (await lab.exec('client', ['ps', '-e', '-o', 'comm='])).stdout.trim().split('\n').sort();
    expect(await eventually('only the holder and ps', async () => ((await processes()).length === 2 ? processes() : null))).toEqual([
      'ps',
      'sleep',
    ]);
  });

  it('is found again by its id, and refuses a second one of the same id', async () => {
    expect((await findLab(lab.id))?.hosts).toEqual(lab.hosts);
    await expect(createLab({ id: lab.id, nodes: 1 })).rejects.toThrow('exists already');
  });

  it('names the hosts there are when asked for another', () => {
    expect(() => lab.enter('node-9')).toThrow('node-1, node-2, node-3, client');
  });

  it('stands beside another lab, which is removed by its id alone', async () => {
    const other = await createLab({ id: `${lab.id}-other`, nodes: 1 });
    expect(other.link).not.toBe(lab.link);
    expect(await destroyLab(other.id)).toBe(true);
    expect(await destroyLab(other.id)).toBe(false);
    expect((await lab.exec('client', connect(lab.machineAddress, 9))).stderr).toContain('Connection refused');
  });
});
