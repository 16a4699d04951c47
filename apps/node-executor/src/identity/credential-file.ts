import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing, writeAtomically } from '../disk/atomic-file.ts';
import { Credential } from './credential.ts';

const GROUP_OR_OTHERS = 0o077;

/** The credential of this host cannot be used; the message says why and what to do. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/** The credential of this host on disk, for root alone. A crash at any moment leaves the old one or the new one. */
export class CredentialFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Read anew for every use: whoever puts another credential there needs no restart. Throws CredentialError. */
  async read(): Promise<Credential> {
    try {
      if (((await stat(this.path)).mode & GROUP_OR_OTHERS) !== 0)
        throw new CredentialError(`${this.path} may be read by others: chmod 600 it, and revoke it if they may have`);
      const parsed = Credential.safeParse(JSON.parse(await readFile(this.path, 'utf8')));
      if (parsed.success) return parsed.data;
      throw new CredentialError(`${this.path} is not a credential: join again with \`weft node join\``);
    } catch (error) {
      if (error instanceof CredentialError) throw error;
      if (isMissing(error)) throw new CredentialError(`there is no credential in ${this.path}: join with \`weft node join\``);
      // The parser's message repeats what it stumbled over, which may be a piece of a secret.
      const why = error instanceof SyntaxError ? new Error('it is not JSON') : error;
      throw new CredentialError(`the credential in ${this.path} cannot be read`, { cause: why });
    }
  }

  async write(credential: Credential): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o755 });
    await writeAtomically(this.path, `${JSON.stringify(credential)}\n`);
    await chmod(this.path, 0o600);
  }

  /** Answers whether there was one. */
  async remove(): Promise<boolean> {
    try {
      await rm(this.path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}
