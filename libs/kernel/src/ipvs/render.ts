import { EVERY_CLIENT, type IpvsDestination, type IpvsFrontend, type IpvsOp, type IpvsService } from './service.ts';

const PROTOCOL = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;
const FORWARDING = { masq: '-m', gate: '-g', ipip: '-i' } as const;

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;
const WORD = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The text itself. Throws RangeError when ipvsadm could read it as something else. */
function like(pattern: RegExp, text: string): string {
  if (!pattern.test(text)) throw new RangeError(`not a text that can be given to ipvsadm: ${JSON.stringify(text)}`);
  return text;
}

function by(frontend: IpvsFrontend): string {
  if ('fwmark' in frontend) return `-f ${frontend.fwmark}`;
  return `${PROTOCOL[frontend.protocol]} ${like(ADDRESS, frontend.address)}:${frontend.port}`;
}

function settings({ scheduler, persistence, flags }: IpvsService): string {
  const stay = persistence === null ? '' : ` -p ${persistence.timeoutSeconds}`;
  const mask = persistence === null || persistence.netmask === EVERY_CLIENT ? '' : ` -M ${like(ADDRESS, persistence.netmask)}`;
  return ` -s ${like(WORD, scheduler)}${stay}${mask}${flags.length === 0 ? '' : ` -b ${flags.map((flag) => like(WORD, flag)).join(',')}`}`;
}

const server = ({ ip, port }: IpvsDestination) => ` -r ${like(ADDRESS, ip)}:${port}`;
const sending = ({ forwarding, weight }: IpvsDestination) => ` ${FORWARDING[forwarding]} -w ${weight}`;

function line(op: IpvsOp): string {
  switch (op.op) {
    case 'service-add':
      return `-A ${by(op.service.frontend)}${settings(op.service)}`;
    case 'service-edit':
      return `-E ${by(op.service.frontend)}${settings(op.service)}`;
    case 'service-delete':
      return `-D ${by(op.frontend)}`;
    case 'destination-add':
      return `-a ${by(op.frontend)}${server(op.destination)}${sending(op.destination)}`;
    case 'destination-edit':
      return `-e ${by(op.frontend)}${server(op.destination)}${sending(op.destination)}`;
    case 'destination-delete':
      return `-d ${by(op.frontend)}${server(op.destination)}`;
  }
}

/**
 * The text that `ipvsadm -R` reads for these operations, one line for each. It tries every line, says on standard error which it could not do, and ends with
 * status 0 all the same (ipvsadm 1.31, restore_table). Throws RangeError for text that is no name, address or number.
 */
export function renderIpvsRestore(ops: readonly IpvsOp[]): string {
  return ops.map((op) => `${line(op)}\n`).join('');
}

/** Services as `ipvsadm -S -n` prints them. Throws RangeError as renderIpvsRestore does. */
export function renderIpvsSave(services: readonly IpvsService[]): string {
  return renderIpvsRestore(
    services.flatMap((service): IpvsOp[] => [
      { op: 'service-add', service },
      ...service.destinations.map((destination) => ({ op: 'destination-add', frontend: service.frontend, destination }) as const),
    ]),
  );
}
