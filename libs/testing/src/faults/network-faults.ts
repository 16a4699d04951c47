import type { Lab } from '../lab/index.ts';

/** Ends a fault. */
export type Heal = () => Promise<void>;

async function atRouter(lab: Lab, argv: readonly string[], input?: string): Promise<void> {
  const result = await lab.exec('router', argv, input === undefined ? {} : { input });
  if (result.exitCode !== 0) throw new Error(`${argv.join(' ')} at the lab's router: ${result.stderr.trim()}`);
}

/** Pulls a host's cable: its link has no carrier any more. */
export async function cutOff(lab: Lab, host: string): Promise<Heal> {
  await atRouter(lab, ['ip', 'link', 'set', host, 'down']);
  return () => atRouter(lab, ['ip', 'link', 'set', host, 'up']);
}

async function withTable(lab: Lab, family: string, name: string, chains: readonly string[]): Promise<Heal> {
  await atRouter(lab, ['nft', '-f', '-'], `table ${family} ${name} {\n${chains.join('\n')}\n}\n`);
  return () => atRouter(lab, ['nft', 'delete', 'table', family, name]);
}

/** Drops everything between the machine, where control plane and Redis are, and all hosts; the hosts go on reaching each other. Nobody is told. */
export function cutMachineOff(lab: Lab): Promise<Heal> {
  const { machineAddress: machine } = lab;
  const rules = `type filter hook forward priority 0;\nip daddr ${machine} drop\nip saddr ${machine} drop`;
  return withTable(lab, 'ip', 'machine-away', [`chain forward {\n${rules}\n}`]);
}

/** Drops that share of the packets that every host sends, at random. */
export function losePackets(lab: Lab, percent: number): Promise<Heal> {
  const chains = lab.hosts.map(
    ({ name }) => `chain from-${name} {\ntype filter hook ingress device "${name}" priority 0;\nnumgen random mod 100 < ${percent} drop\n}`,
  );
  return withTable(lab, 'netdev', 'loss', chains);
}

/** Leads the connections that a host opens to a port of the machine from now on to another port of it. */
export function lead(lab: Lab, host: string, port: number, to: number): Promise<Heal> {
  const from = lab.hosts.find(({ name }) => name === host)?.address;
  const { machineAddress: machine } = lab;
  const rules = `type nat hook prerouting priority -100;\nip saddr ${from} ip daddr ${machine} tcp dport ${port} dnat to ${machine}:${to}`;
  return withTable(lab, 'ip', 'led-aside', [`chain prerouting {\n${rules}\n}`]);
}
