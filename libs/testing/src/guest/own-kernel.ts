import { runCommand } from '@weft/host';

/** Each needs a module: the dummy device, ip_vs with its first and its newest scheduler. */
const NEEDS: readonly (readonly string[])[] = [
  ['ip', 'link', 'add', 'wf-ipvs0', 'type', 'dummy'],
  ['ipvsadm', '--add-service', '--tcp-service', '192.0.2.1:80', '--scheduler', 'rr'],
  ['ipvsadm', '--add-service', '--tcp-service', '192.0.2.1:80', '--scheduler', 'mh'],
];

/** Whether this machine's own kernel has ip_vs and dummy: makes what needs them, each in a network namespace that ends with the command. */
export async function ownKernelHasIpvs(): Promise<boolean> {
  const results = await Promise.all(NEEDS.map((argv) => runCommand({ argv: ['unshare', '--net', '--', ...argv] })));
  return results.every(({ exitCode }) => exitCode === 0);
}
