/** A folder of this machine that the booted host sees elsewhere, and cannot write. */
export interface SharedFolder {
  readonly from: string;
  readonly to: string;
}

/** One word of a POSIX shell, whatever it holds. */
const word = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Units that only hardware, or somebody at a terminal, has a use for. */
const NOT_HERE = [
  'systemd-udevd',
  'systemd-udev-trigger',
  'systemd-timesyncd',
  'systemd-logind',
  'systemd-remount-fs',
  'systemd-modules-load',
  'getty@',
  'ipvsadm',
];

/**
 * The host as hardware and disk: this machine's files, or those of another root, with a layer of memory above them that takes every write and outlives a reboot, in a control group of its own. Boots,
 * and boots again when the host asks for that, until it is switched off (unshare(1) ends by the signal that ended the first process: SIGHUP for a reboot, see reboot(2)).
 *
 * @param folder an empty folder for the host's files
 * @param group a control group of version 2
 * @param boot the other script
 * @param root the folder whose files it has
 */
export const machineScript = (folder: string, group: string, boot: string, root: string): string => `set -e
echo $$ >${word(`${group}/cgroup.procs`)}
mount --make-rprivate /
mount -t tmpfs -o mode=755 disk ${word(folder)}
cd ${word(folder)}
mkdir upper work root
mount -t overlay -o lowerdir=${word(root)},upperdir=upper,workdir=work root root
rm -rf root/etc/systemd/system/* root/etc/fstab root/etc/weft root/var/lib/weft-node root/etc/postgresql root/var/lib/postgresql/*/*
: >root/etc/machine-id
echo weft-host >root/etc/hostname
${NOT_HERE.map((unit) => `ln -s /dev/null root/etc/systemd/system/${unit}.service`).join('\n')}
ln -s /lib/systemd/system/multi-user.target root/etc/systemd/system/default.target
mkdir -p root/opt/weft root/mnt
while :; do
  set +e
  unshare --pid --cgroup --uts --ipc --net --mount --fork --kill-child sh ${word(boot)}
  [ $? = 129 ] || exit 0
done
`;

/**
 * One boot of it: a network with one link, what every Linux has below a root, and systemd as first process. Kernel settings that are no namespace's own can be read only.
 *
 * @param address of the host's link, with its prefix length
 */
export const bootScript = (folder: string, address: string, shared: readonly SharedFolder[]): string => `set -e
mount --make-rprivate /
ip link set lo up
ip link add eth0 type veth peer name lan0
ip address add ${address} dev eth0
ip link set lan0 up
ip link set eth0 up
cd ${word(`${folder}/root`)}
mount -t proc proc proc
for part in kernel vm fs; do
  mount --bind proc/sys/$part proc/sys/$part
  mount -o remount,bind,ro proc/sys/$part
done
mount -t sysfs sys sys
mount -t cgroup2 group sys/fs/cgroup
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do
  touch dev/$device
  mount --bind /dev/$device dev/$device
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 pts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 run run
mount -t tmpfs tmp tmp
${shared
  .map(({ from, to }) => [`.${to}`, from].map(word))
  .map(([place, from]) => `mkdir -p ${place}\nmount --bind ${from} ${place}\nmount -o remount,bind,ro ${place}`)
  .join('\n')}
pivot_root . mnt
umount -l /mnt
exec env -i container=weft PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal
`;
