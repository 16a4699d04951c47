import { type Notice, RealHost } from '@weft/host';
import { NFT_TABLE, type NftCommand, renderNftTable, typesOf } from '@weft/kernel';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, createTestHost, type TestHost } from '../test-host.ts';
import { CONFIG, expectNotice, MEDDLINGS } from './conformance.ts';

let at: TestHost;
let hand: RealHost;
beforeEach(async () => {
  at = await createTestHost();
  await connect(at, 'eth0', '192.0.2.1/24', at, 'lan', null);
  hand = new RealHost({ workloadScript: at.echoScript, enter: ['nsenter', '-t', `${at.pid}`, '-n', '-m'] });
});
afterEach(async () => {
  hand.close();
  await at.destroy();
});

describe('the real monitor', () => {
  it.each(MEDDLINGS)('tells when somebody $does', async (meddling) => {
    const monitor = at.host.monitor(`/proc/${at.pid}/root/run/netns`);
    await expectNotice({ host: at.host, monitor, meddle: (step) => hand.run(step) }, meddling);
  });

  it.each([
    ['', []],
    [', where numbers of processes are others', ['unshare', '--pid', '--fork', '--kill-child']],
  ])('tells nothing of elements that we give the kernel ourselves, but of those of others%s', async (_where, inside) => {
    const ours = new RealHost({ workloadScript: at.echoScript, enter: ['nsenter', '-t', `${at.pid}`, '-n', '-m', ...inside] });
    const monitor = ours.monitor(`/proc/${at.pid}/root/run/netns`);
    const told: Notice[] = [];
    if (!CONFIG.nft) throw new Error('no table');
    const types = typesOf(CONFIG.nft);
    const change = (to: string): NftCommand[] => [
      { do: 'delete-elements', set: 'service-ips', elements: ['198.19.0.1'] },
      { do: 'add-elements', set: 'service-ips', elements: [`198.19.0.1 comment "${to}"`] },
    ];
    const run = async (to: string) => ours.run({ tool: 'nft', family: 'ip', table: NFT_TABLE, commands: change(to), types });
    try {
      await at.must(['nft', '-f', '-'], renderNftTable(CONFIG.nft));
      await eventually('messages', async () => (await run('ready')).argv[0] === 'nfnetlink');
      monitor.start((notice) => told.push(notice));
      await eventually('the monitors', () => told.filter(({ what }) => what === 'lost').length >= 2);
      for (let i = 0; i < 30; i += 1) {
        expect(await run(`change-${i}`)).toMatchObject({ argv: ['nfnetlink'], exitCode: 0 });
        // What the monitor tells of one is read before the next: it is known by more than by being under way.
        await at.must(['true']);
      }
      await hand.run({ tool: 'nft', family: 'ip', table: NFT_TABLE, commands: change('stranger') });
      await eventually('a notice', () => told.some(({ what }) => what === 'rules'));
      expect(told.filter(({ what }) => what === 'rules')).toHaveLength(1);
    } finally {
      monitor.close();
      ours.close();
    }
  });
});
