import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DesiredPull, type DesiredState } from '@weft/model';
import { z } from 'zod';
import { isMissing, readIfThere, setAside, writeAtomically } from './atomic-file.ts';

/** A state of one node as kept on disk. */
export interface KeptState {
  readonly nodeId: string;
  readonly desired: DesiredState;
}

const KeptFile = z.strictObject({
  format: z.literal(1),
  nodeId: z.string(),
  sha256: z.string(),
  desired: DesiredPull.pick({ epoch: true, revision: true, cluster: true, nodes: true, pods: true, services: true }),
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What was found on disk at start: states to try, best first, and what could not be read. */
export interface Found {
  readonly candidates: readonly KeptState[];
  readonly unreadable: readonly { readonly movedTo: string; readonly why: string }[];
}

/**
 * The desired states a node can start from without a control plane. `newest` is written before a state is applied, so that the disk is never
 * behind the kernel: an executor killed in the middle of an apply finishes it instead of undoing it. `lastGood` is the newest state before that
 * which was applied whole, for when the newest cannot be.
 */
export class DesiredStore {
  readonly #folder: string;
  readonly #newest: string;
  readonly #lastGood: string;
  #newestIs: 'unknown' | 'kept' | 'good' = 'unknown';

  constructor(folder: string) {
    this.#folder = folder;
    this.#newest = join(folder, 'desired.json');
    this.#lastGood = join(folder, 'last-good.json');
  }

  /** Reads both states. A file that is broken is moved aside and listed; it is never an error. */
  async load(): Promise<Found> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const candidates: KeptState[] = [];
    const unreadable: { movedTo: string; why: string }[] = [];
    for (const path of [this.#newest, this.#lastGood]) {
      const text = await readIfThere(path);
      if (text === null) continue;
      try {
        candidates.push(parse(text));
        if (path === this.#newest) this.#newestIs = 'kept';
      } catch (error) {
        unreadable.push({ movedTo: await setAside(path, 'unreadable'), why: error instanceof Error ? error.message : String(error) });
      }
    }
    return { candidates, unreadable };
  }

  /** Keeps a state that is about to be applied. */
  async keep({ nodeId, desired }: KeptState): Promise<void> {
    if (this.#newestIs === 'good') await rename(this.#newest, this.#lastGood);
    this.#newestIs = 'unknown';
    const text = JSON.stringify(desired);
    await writeAtomically(this.#newest, `{"format":1,"nodeId":${JSON.stringify(nodeId)},"sha256":"${sha256(text)}","desired":${text}}`);
    this.#newestIs = 'kept';
  }

  /** Says that the state kept last was applied whole. */
  markGood(): void {
    if (this.#newestIs === 'kept') this.#newestIs = 'good';
  }

  /** Forgets both states. */
  async clear(): Promise<void> {
    for (const path of [this.#newest, this.#lastGood])
      await rm(path).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
  }
}

function parse(text: string): KeptState {
  const raw: unknown = JSON.parse(text);
  const { nodeId, desired, sha256: expected } = KeptFile.parse(raw);
  // JSON.parse keeps the order of keys, so the text that was hashed comes back.
  if (sha256(JSON.stringify((raw as z.input<typeof KeptFile>).desired)) !== expected)
    throw new Error('its hash does not match its content');
  return { nodeId, desired };
}
