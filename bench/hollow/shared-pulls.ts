import { DesiredNode, type DesiredPull, DesiredService, ReadDesiredNode, ReadDesiredPull } from '@weft/model';
import { z } from 'zod';
import { type LeanAnswer, textOf } from './lean-http.ts';

type Shared = DesiredNode | DesiredService;

/** An object as it was told, of which nothing is believed but which one it is. */
const Told = z.looseObject({ id: z.string(), revision: z.int() });

/** A pull whose objects are still to be read. */
const Frame = ReadDesiredPull.extend({ nodes: z.array(Told), services: z.array(Told) });

/** Answers of the same bytes that are remembered: those of the last changes, or of one snapshot. */
const KEPT = 32;

/**
 * What answers mean that many nodes are told alike. Those of the same bytes are one value, and an object of one revision is read and checked once, and once in memory, whatever answers it is in: a
 * thousand processes would do it on processors, and in memories, of their own. Nobody changes objects.
 */
export class SharedPulls {
  readonly #held = new Map<string, Shared>();
  #known: { readonly bytes: Buffer; readonly means: DesiredPull }[] = [];

  /** The pull that an answer is. Throws ZodError, SyntaxError. */
  of(answer: LeanAnswer): DesiredPull {
    const { body: bytes } = answer;
    const known = this.#known.find((one) => one.bytes.equals(bytes));
    if (known !== undefined) return known.means;
    const { nodes, services, ...frame } = Frame.parse(JSON.parse(textOf(answer)));
    const means = {
      ...frame,
      nodes: nodes.map((told) => this.#one<DesiredNode>(ReadDesiredNode, told)),
      services: services.map((told) => this.#one<DesiredService>(DesiredService, told)),
    };
    this.#known = [{ bytes: Buffer.from(bytes), means }, ...this.#known].slice(0, KEPT);
    return means;
  }

  #one<T extends Shared>(schema: z.ZodType<T>, told: z.infer<typeof Told>): T {
    const held = this.#held.get(told.id);
    if (held?.revision === told.revision) return held as T;
    const read = schema.parse(told);
    if (held === undefined || held.revision < read.revision) this.#held.set(read.id, read);
    return read;
  }
}
