/** What one start of the emulator needs; all paths are absolute. */
export interface Machine {
  readonly vmlinuz: string;
  readonly initrd: string;
  /** The folders that the guest may write. */
  readonly shares: readonly string[];
}

const MEMORY_MB = 2048;

/** The guest's name of the port whose other end is the emulator's standard output. */
export const OUTPUT_PORT = '/dev/vport0p1';

/**
 * One core: Node takes half the CPU time that it takes on two, which wait in loops for each other, and on two it was seen to crash.
 * Page tables of five levels (la57) and protection keys (pku) only make each emulated access to memory dearer.
 */
const PROCESSOR = ['-smp', '1', '-cpu', 'max,la57=off,pku=off', '-accel', 'tcg,thread=single'];

/** In the values of qemu's options a comma is written twice (qemu(1), "Suboptions"). */
const value = (path: string) => path.replaceAll(',', ',,');

/**
 * The emulator's argv: no KVM, no network card, the host's files to read, some folders to write. What the guest writes to its virtio port
 * comes out of standard output, what its kernel prints out of standard error. The emulator ends with whoever started it (prctl(2), PR_SET_PDEATHSIG).
 */
export function qemuArgv({ vmlinuz, initrd, shares }: Machine): [string, ...string[]] {
  return [
    ...(['setpriv', '--pdeathsig', 'KILL', '--', 'qemu-system-x86_64'] as const),
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...['-machine', 'pc', '-m', `${MEMORY_MB}`, ...PROCESSOR],
    ...['-kernel', vmlinuz, '-initrd', initrd, '-append', 'console=ttyS0 panic=-1 quiet'],
    ...['-chardev', 'file,id=console,path=/dev/stderr,append=on', '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-pci', '-chardev', 'stdio,id=output,signal=off', '-device', 'virtserialport,chardev=output,nr=1'],
    ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
    ...shares.flatMap((share, place) => [
      '-virtfs',
      `local,path=${value(share)},mount_tag=share${place},security_model=none,multidevs=remap`,
    ]),
  ];
}
