/** What one start of the emulator needs; all paths are absolute. */
export interface Machine {
  readonly vmlinuz: string;
  readonly initrd: string;
  /** Where what the kernel prints is written. */
  readonly console: string;
  /** The folders that the guest may write. */
  readonly shares: readonly string[];
}

const MEMORY_MB = 2048;

/**
 * One core: Node takes half the CPU time that it takes on two, which wait in loops for each other, and on two it was seen to crash.
 * Page tables of five levels (la57) and protection keys (pku) only make each emulated access to memory dearer.
 */
const PROCESSOR = ['-smp', '1', '-cpu', 'max,la57=off,pku=off', '-accel', 'tcg,thread=single'];

/** In the values of qemu's options a comma is written twice (qemu(1), "Suboptions"). */
const value = (path: string) => path.replaceAll(',', ',,');

/**
 * The emulator's argv: no KVM, no network card, the host's files to read, some folders to write. What the guest writes to its virtio port
 * comes out of standard output. The emulator ends with whoever started it (prctl(2), PR_SET_PDEATHSIG).
 */
export function qemuArgv({ vmlinuz, initrd, console, shares }: Machine): [string, ...string[]] {
  return [
    ...(['setpriv', '--pdeathsig', 'KILL', '--', 'qemu-system-x86_64'] as const),
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...['-machine', 'pc', '-m', `${MEMORY_MB}`, ...PROCESSOR],
    ...['-kernel', vmlinuz, '-initrd', initrd, '-append', 'console=ttyS0 panic=-1 quiet'],
    ...['-serial', `file:${value(console)}`],
    ...['-device', 'virtio-serial-pci', '-chardev', 'stdio,id=output,signal=off', '-device', 'virtserialport,chardev=output,nr=1'],
    ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
    ...shares.flatMap((share, place) => [
      '-virtfs',
      `local,path=${value(share)},mount_tag=share${place},security_model=none,multidevs=remap`,
    ]),
  ];
}
