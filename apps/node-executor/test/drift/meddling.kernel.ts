import { expectRepairs } from './meddling.ts';

expectRepairs([
  { name: 'nftables', backend: 'nftables', monitored: true },
  { name: 'iptables, nft variant', backend: 'iptables', monitored: true },
  {
    name: 'iptables, legacy variant',
    backend: 'iptables',
    monitored: false,
    // Each host has mounts of its own.
    prepare: (host) => host.must(['mount', '--bind', '/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi']),
  },
]);
