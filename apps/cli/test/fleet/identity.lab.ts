import { readFile } from 'node:fs/promises';
import { type CommandResult, runCommand } from '@weft/host';
import { eventually, type Lab } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetApi, Node } from '../../src/api/fleet-api.ts';
import { bundleOf } from '../../src/repository.ts';
import { nodePaths } from '../../src/state/paths.ts';
import { LocalFleet } from './local-fleet.ts';

/** Long enough to join again by hand, short enough to be renewed while a test looks. */
const LIFE_SECONDS = 30;

interface Credential {
  readonly token: string;
  readonly redis: { readonly url: string; readonly username: string; readonly password: string };
}

describe('nodes whose credentials end after half a minute', () => {
  let fleet: LocalFleet;
  let lab: Lab;
  let api: FleetApi;
  let url: string;
  let nodes: Node[];

  beforeAll(async () => {
    process.env.WEFT_NODE_CREDENTIAL_SECONDS = String(LIFE_SECONDS);
    fleet = await LocalFleet.place();
    await fleet.up(2);
    lab = await fleet.lab();
    api = await fleet.api();
    nodes = await fleet.converged();
    const { port } = new URL((await fleet.run()).url);
    url = `http://${lab.machineAddress}:${port}`;
  });
  afterAll(async () => {
    delete process.env.WEFT_NODE_CREDENTIAL_SECONDS;
    await fleet.weft('down', '--purge');
  });

  const placesOf = (name: string) => nodePaths(fleet.paths, name);
  const idOf = (name: string) => nodes.find((node) => node.name === name)?.id ?? '';
  const credentialOf = async (name: string): Promise<Credential> => JSON.parse(await readFile(placesOf(name).credential, 'utf8'));
  const statusOf = async (token: string) =>
    (await fetch(`${(await fleet.run()).url}/node-agent/identity`, { headers: { authorization: `Bearer ${token}` } })).status;

  /** Runs the node's own program on a lab host. */
  const program = (host: string, command: string, input: string, ...args: string[]): Promise<CommandResult> =>
    runCommand({ argv: [...lab.enter(host), process.execPath, bundleOf('node-executor'), command, ...args], input });
  const join = (host: string, token: string, name: string, ...more: string[]) => {
    const { credential, settings } = placesOf(host);
    return program(
      host,
      'join',
      token,
      '--url',
      url,
      '--name',
      name,
      '--credential-file',
      credential,
      '--settings-file',
      settings,
      ...more,
    );
  };

  /** What Redis says to a command from a node. */
  const redis = async ({ redis: { url: at, username, password } }: Credential, ...command: string[]) => {
    const { hostname, port } = new URL(at);
    const login = ['-h', hostname, '-p', port, '--user', username, '--pass', password, '--no-auth-warning'];
    return (await runCommand({ argv: [...lab.enter('node-1'), 'redis-cli', ...login, ...command] })).stdout.trim();
  };

  it('renew by themselves and go on', async () => {
    const before = await credentialOf('node-1');
    const after = await eventually(
      'a renewed credential',
      async () => {
        const now = await credentialOf('node-1');
        return now.token === before.token ? null : now;
      },
      { withinMs: LIFE_SECONDS * 1000 },
    );
    await eventually('the one before to have ended', async () => (await statusOf(before.token)) === 401);
    expect(await statusOf(after.token)).toBe(200);
    expect(await redis(after, 'PING')).toBe('PONG');
    await fleet.createService('after-renewal', 'nobody');
    await fleet.converged();
  });

  it('reach their own queue in Redis and nothing else', async () => {
    const credential = await credentialOf('node-1');
    expect(await redis(credential, 'HSET', '{weft:node-1}:trial', 'a', '1')).toMatch(/^\d$/);
    expect(await redis(credential, 'HGETALL', '{weft:node-2}:reconcile:meta')).toMatch(/^NOPERM/);
    expect(await redis(credential, 'KEYS', '*')).toMatch(/^NOPERM/);
  });

  it('are shut out when they are revoked, serve on, and join again with a new token and not with a used one', async () => {
    const pod = await fleet.createPod('pod-2', 'node-2', 'web');
    const service = await fleet.createService('web', 'web');
    const answer = () => fleet.weft('lab', 'exec', 'node-1', '--', 'curl', '-sS', '--max-time', '5', `http://${service.clusterIP}/`);
    await eventually('an answer', async () => (await answer()).stdout.includes(pod.name));

    const credential = await credentialOf('node-2');
    await api.revokeCredential(idOf('node-2'));
    expect(await statusOf(credential.token)).toBe(401);
    expect(await redis(credential, 'PING')).toMatch(/WRONGPASS|NOAUTH/);
    expect((await answer()).stdout).toContain(pod.name);

    const token = await api.createJoinToken('node-2');
    const dry = await join('node-2', token, 'node-2', '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing was changed, and the join token is still good') });
    const joined = await join('node-2', token, 'node-2');
    expect(joined).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('joined as node node-2') });
    expect(joined.stdout).toMatch(/ {2}ok {3}service backends: .*nftables/);
    expect((await join('node-2', token, 'node-2')).stdout).toContain('this host is node node-2 already');

    // Whoever has found the token gets nothing for it, and is seen.
    const paths = ['--credential-file', '/tmp/weft-no-credential', '--settings-file', '/tmp/weft-no-settings'];
    const thief = await program('client', 'join', token, '--url', url, ...paths);
    expect(thief).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('it was used before') });
    expect(await program('client', 'join', token, '--url', 'http://127.0.0.1:9', ...paths)).toMatchObject({ exitCode: 4 });
    expect(await program('client', 'join', token, '--nonsense')).toMatchObject({ exitCode: 2 });
    expect(thief.stderr).not.toContain(token);

    // The executor that runs takes the new credential up by itself.
    await fleet.createService('after-joining', 'nobody');
    await fleet.converged(60_000);
  });

  it('are told of by the doctor', async () => {
    const { exitCode, stdout } = await fleet.weft('node', 'doctor', 'node-1');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^node-1: Ready\n {2}ok {3}kernel /) });
    expect(stdout).toContain('credential good until');
    expect((await fleet.weft('node', 'doctor', 'nobody')).stderr).toContain('there is no node nobody');
  });
});
