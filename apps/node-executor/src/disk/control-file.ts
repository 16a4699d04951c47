import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NodeControl } from '@weft/model';
import { readIfThere, setAside, writeAtomically } from './atomic-file.ts';

/** How this node was last told to be handled, on disk: a freeze holds after a restart as well, with nobody there to ask. */
export class ControlFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept; null: nothing, or it could not be read and was moved to `movedTo`. */
  async load(): Promise<{ readonly control: NodeControl | null; readonly movedTo: string | null }> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const text = await readIfThere(this.#path);
    if (text === null) return { control: null, movedTo: null };
    try {
      return { control: NodeControl.parse(JSON.parse(text)), movedTo: null };
    } catch {
      return { control: null, movedTo: await setAside(this.#path, 'unreadable') };
    }
  }

  /** Keeps it; it survives a power cut when this resolves. */
  async keep(control: NodeControl): Promise<void> {
    await writeAtomically(this.#path, JSON.stringify(control));
  }
}
