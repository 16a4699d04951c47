import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { idSchema, Port, Protocol } from '@weft/model';
import { z } from 'zod';
import { readIfThere, setAside, writeAtomically } from '../disk/atomic-file.ts';
import { EMPTY_TALLY, type Tally, tallyKey } from './tally.ts';

const count = z.int().min(0);
const Counts = { connections: count, packets: count.nullable(), bytes: count.nullable() };
const CountedPort = z.strictObject({
  service: idSchema('service'),
  protocol: Protocol,
  port: Port,
  namespace: z.string(),
  name: z.string(),
  portName: z.string(),
});

const File = z.strictObject({
  format: z.literal(1),
  nodeId: z.string(),
  ports: z.array(z.strictObject({ of: CountedPort, ...Counts })),
  seen: z.array(z.strictObject({ counter: z.string(), ...Counts })),
});

/** A node's tally on disk, so that an executor that starts goes on counting where the one before ended. */
export class TallyFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The tally of a node; an empty one when there is none, or when the file is another node's or broken. A broken file is moved aside. */
  async load(nodeId: string): Promise<Tally> {
    const text = await readIfThere(this.#path);
    if (text === null) return EMPTY_TALLY;
    try {
      const file = File.parse(JSON.parse(text));
      if (file.nodeId !== nodeId) return EMPTY_TALLY;
      return {
        ports: new Map(file.ports.map((port) => [tallyKey(port.of), port])),
        seen: new Map(file.seen.map(({ counter, ...counts }) => [counter, counts])),
      };
    } catch {
      await setAside(this.#path, 'unreadable');
      return EMPTY_TALLY;
    }
  }

  async save(nodeId: string, { ports, seen }: Tally): Promise<void> {
    const file: z.infer<typeof File> = {
      format: 1,
      nodeId,
      ports: [...ports.values()],
      seen: Array.from(seen, ([counter, counts]) => ({ counter, ...counts })),
    };
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeAtomically(this.#path, JSON.stringify(file));
  }
}
