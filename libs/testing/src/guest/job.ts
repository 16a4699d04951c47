/** One word of a POSIX shell, whatever it holds. */
export const word = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

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
  /** The folders that guest and host both write. */
  readonly shares: readonly string[];
  /** The script that is the first process when the files stand. */
  readonly first: string;
}

/** Lines that mount what every Linux has below a root; /run is empty, as after any boot. */
export const systemMounts = (root: string, release: string): string => `mount -t proc proc ${root}/proc
mount -t sysfs sys ${root}/sys
mount -t devtmpfs dev ${root}/dev
mkdir -p ${root}/dev/pts ${root}/dev/shm ${root}/lib/modules/${release}
mount -t devpts devpts ${root}/dev/pts
mount -t tmpfs shm ${root}/dev/shm
mount -t tmpfs -o mode=755 run ${root}/run`;

/** Where the job's output goes in a guest, and what is done before the job. */
export interface JobSurroundings {
  /** A device, there from the start or soon after. */
  readonly output: string;
  /** Lines of the shell. */
  readonly before?: readonly string[];
}

/** The first process of a guest whose files stand: runs the job, leaves its exit status in a file, ends the guest. */
export const jobScript = ({ argv, cwd, env }: GuestJob, status: string, { output, before = [] }: JobSurroundings): string => {
  const variables = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount --make-rshared /
ip link set lo up
until [ -c ${output} ]; do sleep 0.05; done
${before.map((line) => `${line}\n`).join('')}{
  cd ${word(cwd)} && env -i ${[...variables, ...argv].map(word).join(' ')}
  echo $? >${word(status)}
} </dev/null 2>&1 | cat >${output}
busybox poweroff -f
`;
};
