import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClusterNetwork, ReadDesiredNode } from '@weft/model';
import { z } from 'zod';
import { readIfThere, setAside, writeAtomically } from '../disk/atomic-file.ts';

const ConfirmRecord = z.strictObject({
  nodeId: z.string(),
  /** The state with whose network the control plane was reached last. */
  confirmed: z
    .strictObject({
      key: z.string(),
      epoch: z.string(),
      revision: z.int(),
      cluster: ClusterNetwork,
      nodes: z.array(ReadDesiredNode).readonly(),
    })
    .readonly()
    .nullable(),
  pending: z.strictObject({ key: z.string(), revision: z.int(), since: z.number() }).nullable(),
  refused: z.strictObject({ key: z.string(), revision: z.int(), at: z.number(), times: z.int(), reached: z.boolean() }).nullable(),
});
export type ConfirmRecord = z.infer<typeof ConfirmRecord>;

/** What is known about networks of this node, on disk: who is killed while it waits for the control plane goes back all the same. */
export class ConfirmFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept; null: nothing, or it could not be read and was moved to `movedTo`. */
  async load(): Promise<{ readonly record: ConfirmRecord | null; readonly movedTo: string | null }> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const text = await readIfThere(this.#path);
    if (text === null) return { record: null, movedTo: null };
    try {
      return { record: ConfirmRecord.parse(JSON.parse(text)), movedTo: null };
    } catch {
      return { record: null, movedTo: await setAside(this.#path, 'unreadable') };
    }
  }

  /** Keeps it; it survives a power cut when this resolves. */
  async keep(record: ConfirmRecord): Promise<void> {
    await writeAtomically(this.#path, JSON.stringify(record));
  }
}
