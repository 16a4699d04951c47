import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceText } from './atomic-file.ts';

/** In which state of the kernel's rules which program found them to be what which configuration comes to. */
const RulesRead = z.strictObject({ generation: z.string(), configHash: z.string(), writer: z.string() });
export type RulesRead = z.infer<typeof RulesRead>;

/** How the kernel's rules were read last, on disk: whoever starts again need not read them if nobody has changed any. */
export class RulesReadFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept; null: nothing that can be read, which is as good as nothing. */
  async load(): Promise<RulesRead | null> {
    try {
      return RulesRead.parse(JSON.parse((await readIfThere(this.#path)) ?? 'null'));
    } catch {
      return null;
    }
  }

  /** Keeps it; a power cut may take it, after which it says nothing. Throws what the disk says. */
  keep(read: RulesRead): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    replaceText(this.#path, JSON.stringify(read));
  }
}
