import { nftContribution, nftSurroundings } from '@weft/compiler';
import { type DesiredService, RECEIPT_TEXT_MAX } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import { Compilation, configHash, type Wanted } from '../../apps/node-executor/src/dataplane/compilation.ts';
import { Dataplane, type DataplaneParts } from '../../apps/node-executor/src/dataplane/dataplane.ts';
import type { AppliedState } from '../../apps/node-executor/src/dataplane/recorder.ts';

/** The compilation of the first state that came, of which nothing but its frame is asked; a thousand of the same would be gigabytes. */
let first: Compilation | null = null;

/** What services come to, compiled once for all nodes of a process. */
const texts = new WeakMap<DesiredService, string>();

function textOf(service: DesiredService, { desired, nodeId }: Wanted): string {
  const known = texts.get(service);
  if (known !== undefined) return known;
  const node = desired.nodes.find(({ id }) => id === nodeId);
  const text = node === undefined ? '' : JSON.stringify(nftContribution(service, nftSurroundings(desired, node)));
  texts.set(service, text);
  return text;
}

/** The same of all services of an answer that nodes of a process have alike. */
const inputs = new WeakMap<readonly DesiredService[], string>();

function inputOf(wanted: Wanted): string {
  const changed = wanted.delta?.pull.services ?? [];
  const known = inputs.get(changed);
  if (known !== undefined) return known;
  let input = '';
  for (const service of changed) {
    // What is beyond is cut off in a receipt.
    if (input.length > RECEIPT_TEXT_MAX) break;
    input += `${textOf(service, wanted)}\n`;
  }
  inputs.set(changed, input);
  return input;
}

/** What applying a state writes down: as with a real one, the rules of the services that changed. */
function outcomeOf(wanted: Wanted): StepOutcome {
  return {
    argv: ['nft', '-i'],
    input: inputOf(wanted),
    exitCode: 0,
    durationMs: 0,
    stderr: '',
  };
}

/** A dataplane on paper: every state becomes true at once, and is recorded with what its changes come to. There is no host behind it to look at. */
export class PaperDataplane extends Dataplane {
  readonly #recorder: DataplaneParts['recorder'];
  #standsAt: AppliedState | null = null;
  /** Applies that were recorded. */
  transactions = 0;

  constructor(parts: DataplaneParts) {
    super(parts);
    this.#recorder = parts.recorder;
  }

  override get applied(): AppliedState | null {
    return this.#standsAt;
  }

  override get failure(): null {
    return null;
  }

  override get applies(): number {
    return this.transactions;
  }

  override async inspect(): Promise<void> {}

  override distrust(): void {}

  override async converge(wanted: Wanted): Promise<void> {
    const hash = configHash(wanted);
    if (this.#standsAt?.configHash !== hash) await this.#record(wanted);
    this.#standsAt = { epoch: wanted.desired.epoch, revision: wanted.desired.revision, configHash: hash };
  }

  async #record(wanted: Wanted): Promise<void> {
    first ??= Compilation.of(wanted);
    this.transactions += 1;
    const apply = { compilation: first.as(wanted), applied: this.#standsAt, first: this.#standsAt === null, afterFailure: false };
    // What the host is like by sums nobody knows: they would be of rules that are nowhere.
    await this.#recorder.around(apply, async () => ({ outcomes: [outcomeOf(wanted)], message: null, leftOut: null }));
  }
}
