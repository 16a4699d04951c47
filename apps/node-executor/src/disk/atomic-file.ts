import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that after a crash at any moment it holds the old text or the new one, and survives a power cut once this returns. `makeRoom` is called when the new
 * one is safe and does not stand in the old one's place yet.
 */
export async function writeAtomically(path: string, text: string, makeRoom: () => Promise<void> = async () => undefined): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await makeRoom();
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes a file at once, so that when we are killed at any moment it holds the old text or the new one; a power cut may take both. When it throws, the old text is there. */
export function replaceText(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    // What a full disk took of it must not stay there: nobody would come back for it.
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** True for an error that says that a path does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The text of a file, null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Moves a file out of the way, keeping it for whoever wants to know why. Returns where it went. */
export async function setAside(path: string, why: 'unreadable' | 'refused'): Promise<string> {
  const aside = `${path}.${why}`;
  await rename(path, aside);
  return aside;
}
