/** `-m comment`, as iptables-save prints it: quoted, which it does for every comment with a space or a slash. */
export function comment(text: string): string {
  return `-m comment --comment "${text}"`;
}

const range = (option: '-s' | '-d', cidr: string) => (cidr === '0.0.0.0/0' ? '' : `${option} ${cidr} `);

/** Matches packets from a range; of the range of everything iptables-save prints nothing. */
export function from(cidr: string): string {
  return range('-s', cidr);
}

/** Matches packets to a range; of the range of everything iptables-save prints nothing. */
export function to(cidr: string): string {
  return range('-d', cidr);
}

/** Matches packets to a port, or to ports `first:last`, of a transport protocol. */
export function toPort(protocol: string, port: number | string, purpose: string): string {
  return `-p ${protocol} ${comment(purpose)} -m ${protocol} --dport ${port}`;
}

/** Matches packets that processes of this node send. */
export const FROM_THIS_NODE = '-m addrtype --src-type LOCAL';
