import { EMPTY_CONFIG } from '@weft/kernel';
import { applyConfig } from '@weft/reconcile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  expectIpvsRefusal,
  expectIpvsWalk,
  expectOneBadServiceDoesNotStopOthers,
  IPVS_REFUSALS,
  IPVS_WALK,
  WALK_WITHOUT_NFTABLES,
} from './conformance-ipvs.ts';
import { connect, createTestHost, type TestHost } from './test-host.ts';

let at: TestHost;

beforeEach(async () => {
  at = await createTestHost();
  await at.must(['modprobe', 'br_netfilter']);
  await connect(at, 'eth0', '192.0.2.1/24', at, 'lan', null);
});

afterEach(() => at.destroy());

const FOREIGN_SERVICES = `-A -t 192.0.2.1:443 -s wlc -p 60
-a -t 192.0.2.1:443 -r 192.0.2.80:443 -g -w 3
-A -u 192.0.2.1:53 -s rr
-A -f 7 -s sh
`;

const FOREIGN_SETS = `create blocklist hash:ip family inet
add blocklist 203.0.113.66
create weft-not-ours hash:ip,port family inet
add weft-not-ours 192.0.2.1,tcp:443
`;

/** What of IPVS and sets is on a host, but for the numbers that change by themselves. */
async function everythingOn(): Promise<string> {
  const [services, sets, links] = await Promise.all([
    at.must(['ipvsadm', '-S', '-n']),
    at.must(['ipset', 'save']),
    at.must(['ip', '-br', 'link', 'show']),
  ]);
  return `${services}${sets}${links}`;
}

describe('the real host with ip_vs', () => {
  it('becomes every configuration of the walk, and leaves what is not ours as it was', async () => {
    await at.must(['ipvsadm', '-R'], FOREIGN_SERVICES);
    await at.must(['ipset', 'restore'], FOREIGN_SETS);
    const untouched = await everythingOn();
    await expectIpvsWalk(at.host, WALK_WITHOUT_NFTABLES);
    expect(await everythingOn()).toBe(untouched);
  }, 600_000);

  it.each(IPVS_REFUSALS)('refuses %s', async (_name, step, code) => {
    await expectIpvsRefusal(at.host, step, code);
  });

  it('tries every virtual service', async () => {
    await expectOneBadServiceDoesNotStopOthers(at.host);
  });

  it('is repaired after somebody else changed it', async () => {
    const [, config] = IPVS_WALK[1] as (typeof IPVS_WALK)[number];
    await applyConfig(at.host, config, EMPTY_CONFIG);
    await at.must(['ipvsadm', '-R'], '-e -t 198.19.0.1:80 -r 100.64.2.2:8080 -g -w 9\n-D -u 198.19.0.1:53\n-E -t 198.19.0.4:80 -s lc\n');
    await at.must(['ipset', 'del', 'WEFT-INTERNAL', '198.19.0.1,tcp:80']);
    await at.must(['ip', 'address', 'delete', '203.0.113.10/32', 'dev', 'wf-ipvs0']);
    await at.must(['ip', 'route', 'delete', 'local', '198.19.0.0/16', 'dev', 'lo']);
    const damaged = await at.host.observe(config.sysctls, { pods: true });
    expect(damaged).not.toEqual(config);
    // What the sets did not name any more was somebody else's at the first look.
    expect((await applyConfig(at.host, config, damaged)).failure?.message).toContain('already exists');
    expect((await applyConfig(at.host, config, await at.host.observe(config.sysctls, { pods: true }))).failure).toBeNull();
    expect(await at.host.observe(config.sysctls, { pods: true })).toEqual(config);
  });

  it('is cleaned up at once, whatever connections there are', async () => {
    const before = await everythingOn();
    const [, config] = IPVS_WALK[1] as (typeof IPVS_WALK)[number];
    await applyConfig(at.host, config, EMPTY_CONFIG);
    await applyConfig(at.host, EMPTY_CONFIG, await at.host.observe([], { pods: true }));
    expect(await everythingOn()).toBe(before);
  });
});
