import type { LabHostPlan, LabPlan } from './plan.ts';

/** Name of the router's end of the link to the machine. */
const UPLINK = 'uplink';

/** `ip -batch` lines for the machine's own namespace; the first creates the lab's one link and fails when another lab has it. */
export function machineLines(plan: LabPlan, routerPid: number): string[] {
  return [
    `link add ${plan.link} type veth peer name ${UPLINK} netns ${routerPid}`,
    `address add ${plan.uplink.machine}/${plan.uplink.prefixLength} dev ${plan.link}`,
    `link set ${plan.link} up`,
    `route add ${plan.cidr} via ${plan.uplink.router} dev ${plan.link}`,
  ];
}

/** `ip -batch` lines for the router's namespace: a bridge for each subnet, a port for each host, the link to the machine. */
export function routerLines(plan: LabPlan, pidOf: (host: LabHostPlan) => number): string[] {
  return [
    'link set lo up',
    `address add ${plan.uplink.router}/${plan.uplink.prefixLength} dev ${UPLINK}`,
    `link set ${UPLINK} up`,
    ...plan.subnets.flatMap((subnet) => [
      `link add ${subnet.bridge} type bridge`,
      `address add ${subnet.gateway}/${subnet.prefixLength} dev ${subnet.bridge}`,
      `link set ${subnet.bridge} up`,
    ]),
    ...plan.hosts.flatMap((host) => [
      `link add ${host.name} type veth peer name eth0 netns ${pidOf(host)}`,
      `link set ${host.name} master ${host.bridge} up`,
    ]),
  ];
}

/** `ip -batch` lines for a host's namespace. */
export function hostLines(host: LabHostPlan): string[] {
  return [
    'link set lo up',
    `address add ${host.address}/${host.prefixLength} dev eth0`,
    'link set eth0 up',
    `route add default via ${host.gateway}`,
  ];
}

/** Lines of hosts(5) by which the hosts of a lab, and the pods on them, know each other by name. */
export function hostNames({ hosts }: LabPlan): string[] {
  return hosts.map(({ address, name }) => `${address} ${name}`);
}
