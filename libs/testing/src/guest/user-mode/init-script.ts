import { type GuestFiles, systemMounts, word } from '../job.ts';

/** A folder of every Linux (FHS 3.0, 3.12) that is covered while the root is put together. */
const BUILD = '/mnt';
const ROOT = `${BUILD}/root`;

/**
 * The first process of a user-mode Linux, whose root is the host's, to read only: lays a layer of memory above it that takes every write and
 * is gone with the guest. Folders of the host are file systems (kernel Documentation/virt/uml/user_mode_linux_howto_v2.rst, "Host file access").
 */
export const initScript = ({ modules, release, shares, first }: GuestFiles): string => `#!/bin/sh
set -e
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
insmod ${word(`${modules}/kernel/fs/overlayfs/overlay.ko`)}
mount -t tmpfs writes ${BUILD}
mkdir ${BUILD}/upper ${BUILD}/work ${ROOT}
mount -t overlay -o lowerdir=/,upperdir=${BUILD}/upper,workdir=${BUILD}/work root ${ROOT}
${systemMounts(ROOT, release)}
mount -o bind ${word(modules)} ${ROOT}/lib/modules/${release}
${shares.map((share) => `mkdir -p ${word(`${ROOT}${share}`)}\nmount -t hostfs -o ${word(share)} share ${word(`${ROOT}${share}`)}`).join('\n')}
exec switch_root ${ROOT} /bin/sh ${word(first)}
`;
