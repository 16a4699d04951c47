import { chown, mkdir, readFile } from 'node:fs/promises';

/** An unprivileged account of this machine. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account a server that refuses to run as root runs as: `postgres` where it exists, else `nobody`, so that no account has to be made.
 * Null when we are not root ourselves.
 */
export async function serviceUser(): Promise<ServiceUser | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].flatMap((name) => accounts.filter((fields) => fields[0] === name))[0];
  if (account === undefined)
    throw new Error('neither the account postgres nor nobody exists; one of them is needed to run the embedded Postgres');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** Makes a directory that only this user can look into. */
export async function ownDirectory(path: string, user: ServiceUser | null): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (user !== null) await chown(path, user.uid, user.gid);
}
