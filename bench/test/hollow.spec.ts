import { compile } from '@weft/compiler';
import { EMPTY_CONFIG } from '@weft/kernel';
import { DEFAULT_CONTROL } from '@weft/model';
import { applyConfig, diff } from '@weft/reconcile';
import { expect, it } from 'vitest';
import { fleet, OWN_NODE, withOtherEndpoint } from '../dataplane/fleet.ts';
import { HollowHost } from '../hollow/hollow-host.ts';
import { SharedPulls } from '../hollow/shared-pulls.ts';

const STATE = fleet('nftables', 20);
const WANTED = compile(STATE, OWN_NODE);

const hostWith = async () => {
  const host = new HollowHost('192.0.2.1/24');
  expect((await applyConfig(host, WANTED, EMPTY_CONFIG)).failure).toBeNull();
  return host;
};

it('a hollow host has on it what was applied to it, and nothing else', async () => {
  const host = await hostWith();
  expect(diff(WANTED, await host.observe(WANTED.sysctls, { pods: true }))).toEqual([]);
});

it('a hollow host follows a change as a kernel does', async () => {
  const host = await hostWith();
  const services = STATE.services.map((service, at) => (at === 3 ? withOtherEndpoint(service, 7) : service));
  const next = compile({ ...STATE, services }, OWN_NODE);
  expect((await applyConfig(host, next, WANTED)).failure).toBeNull();
  expect(diff(next, await host.observe(next.sysctls, { pods: true }))).toEqual([]);
});

it('a hollow host refuses what is not there', async () => {
  const step = { tool: 'nft', family: 'ip', table: 'weft', commands: [{ do: 'delete-chain', name: 'none' }] } as const;
  expect(await (await hostWith()).run(step)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('none') });
  expect(await new HollowHost('192.0.2.1/24').run(step)).toMatchObject({ exitCode: 1 });
});

it('objects of one revision are read once, whatever answers they are in', () => {
  const answer = { ...STATE, kind: 'snapshot', checksum: '', control: DEFAULT_CONTROL, removed: [] };
  const shared = new SharedPulls();
  const pulled = (over: object) => shared.of({ status: 200, gzip: false, body: Buffer.from(JSON.stringify({ ...answer, ...over })) });
  const [first, again, second] = [pulled({}), pulled({}), pulled({ kind: 'delta' })];
  expect(again).toBe(first);
  expect(second).toEqual({ ...first, kind: 'delta' });
  expect(second.services[0]).toBe(first.services[0]);
  const services = STATE.services.map((service) => ({ ...service, revision: 2, name: 'newer' }));
  expect(pulled({ services }).services[0]?.name).toBe('newer');
  expect(pulled({ removed: ['x'] }).services[0]?.name).toBe('service-0');
});

it('what is no state is refused, and so is an object that was not told before', () => {
  const answer = { ...STATE, kind: 'snapshot', checksum: '', control: DEFAULT_CONTROL, removed: [] };
  const shared = new SharedPulls();
  const pulled = (over: object) => () => shared.of({ status: 200, gzip: false, body: Buffer.from(JSON.stringify({ ...answer, ...over })) });
  expect(pulled({ revision: 'x' })).toThrow('revision');
  expect(pulled({ services: [{ ...STATE.services[0], frontends: 7 }] })).toThrow();
  expect(pulled({})).not.toThrow();
});
