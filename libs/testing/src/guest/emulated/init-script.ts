import { type GuestFiles, systemMounts, word } from '../job.ts';

/** Options of a 9p mount over virtio; msize is the most that travels at once, in bytes (kernel Documentation/filesystems/9p.rst). */
const P9 = 'trans=virtio,version=9p2000.L,msize=512000';

/**
 * /init of the initial file system: makes the host's files the root, with a layer of memory above them that takes every write and is
 * gone with the guest. The emulator names the shares share0, share1…
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
${systemMounts('/root', release)}
mount -o bind ${word(`/host${tree}`)} /root/lib/modules/${release}
${shares.map((share, place) => `mount -t 9p -o ${P9},cache=none share${place} ${word(`/root${share}`)}`).join('\n')}
exec switch_root /root /bin/sh ${word(first)}
`;
