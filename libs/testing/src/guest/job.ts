/** One word of a POSIX shell, whatever it holds. */
const word = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command to run in the guest as root. */
export interface GuestJob {
  readonly argv: readonly string[];
  /** A folder of the host. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders of the host that it may write. */
  readonly writable?: readonly string[];
}

/** How the guest's files are put together. All paths are those of the host; the guest sees the same. */
export interface GuestFiles {
  /** The modules of the guest's kernel: …/lib/modules/<release>. */
  readonly modules: string;
  readonly release: string;
  /** The folders that guest and host both write; the emulator names them share0, share1… */
  readonly shares: readonly string[];
  /** The script that is the first process. */
  readonly first: string;
}

/** Options of a 9p mount over virtio; msize is the most that travels at once, in bytes (kernel Documentation/filesystems/9p.rst). */
const P9 = 'trans=virtio,version=9p2000.L,msize=512000';

/**
 * /init of the initial file system: makes the host's files the root, with a layer of memory above them that takes every write and is
 * gone with the guest. /run is empty, as after any boot.
 *
 * @param modules file names in /modules in the order in which they load
 */
export const initScript = (modules: readonly string[], { modules: tree, release, shares, first }: GuestFiles): string => `#!/bin/sh
set -e
mount -t devtmpfs dev /dev
for module in ${modules.join(' ')}; do insmod /modules/$module; done
mount -t 9p -o ${P9},cache=loose,ro host /host
mount -t tmpfs writes /writes
mkdir /writes/upper /writes/work
mount -t overlay -o lowerdir=/host,upperdir=/writes/upper,workdir=/writes/work root /root
mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t devtmpfs dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm /root/lib/modules/${release}
mount -t devpts devpts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs -o mode=755 run /root/run
mount -o bind ${word(`/host${tree}`)} /root/lib/modules/${release}
${shares.map((share, place) => `mount -t 9p -o ${P9},cache=none share${place} ${word(`/root${share}`)}`).join('\n')}
exec switch_root /root /bin/sh ${word(first)}
`;

/**
 * The first process after that: runs the job with its output going to the virtio port, leaves its exit status in a file, ends the
 * guest.
 */
export const jobScript = ({ argv, cwd, env }: GuestJob, status: string): string => {
  const variables = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount --make-rshared /
ip link set lo up
until [ -c /dev/vport0p1 ]; do sleep 0.05; done
{
  cd ${word(cwd)} && env -i ${[...variables, ...argv].map(word).join(' ')}
  echo $? >${word(status)}
} </dev/null 2>&1 | cat >/dev/vport0p1
busybox poweroff -f
`;
};
