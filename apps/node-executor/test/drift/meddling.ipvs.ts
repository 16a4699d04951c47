import type { Foreign } from '../support/executor-process.ts';
import { expectRepairs } from './meddling.ts';

const THEIRS = '192.0.2.1:8443';

/** A virtual service, a set and a chain. */
const foreign: Foreign = {
  async lay(host) {
    await host.must(['ipset', 'create', 'theirs', 'hash:ip']);
    await host.must(['ipset', 'add', 'theirs', '192.0.2.88']);
    await host.must(['iptables-legacy', '-N', 'THEIRS']);
    await host.must(['iptables-legacy', '-A', 'THEIRS', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT']);
    await host.must(['ipvsadm', '-A', '-t', THEIRS, '-s', 'wlc']);
    await host.must(['ipvsadm', '-a', '-t', THEIRS, '-r', '192.0.2.99:8443', '-m', '-w', '3']);
  },
  async show(host) {
    const shown = await Promise.all([
      host.must(['ipset', 'save', 'theirs']),
      host.must(['iptables-legacy', '-S', 'THEIRS']),
      host.must(['ipvsadm', '-S', '-n']),
    ]);
    return shown.flatMap((text) => text.split('\n').filter((line) => /theirs|8443/i.test(line))).join('\n');
  },
};

expectRepairs([
  {
    name: 'ipvs',
    backend: 'ipvs',
    monitored: false,
    foreign,
    // A process costs a second there when the machine is busy, and a look is some fifteen.
    patienceMs: 150_000,
    network: 'at once',
    prepare: async (host) => {
      await host.must(['modprobe', 'br_netfilter']);
      // Each host has mounts of its own.
      await host.must(['mount', '--bind', '/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi']);
    },
  },
]);
