import { setTimeout as sleep } from 'node:timers/promises';
import { type DrainApi, drainApi, type Node } from '../api/drain-api.ts';
import { TimeoutError, UserError } from '../user-error.ts';

/** What `weft node drain` is given; all times in seconds. */
export interface DrainOptions {
  readonly state?: string;
  readonly gracePeriod?: number;
  readonly patience?: number;
  readonly timeout: number;
  /** False: do not wait until it is empty. */
  readonly wait: boolean;
}

const LOOK_EVERY_MS = 500;

/** How far a drain has come, in a line; null: the node is not being drained any more. */
export function drainLine({ name, status: { drain } }: Node): string | null {
  if (drain === null) return null;
  const { phase, podsLeft, waitingFor } = drain;
  if (phase === 'Drained') return `${name} is drained`;
  const pods = podsLeft === 1 ? '1 pod' : `${podsLeft} pods`;
  const slow = waitingFor.length === 0 ? '' : `, waiting for ${waitingFor.join(', ')}`;
  return phase === 'Withdrawing' ? `${name}: the others stop sending to its ${pods}${slow}` : `${name}: ${pods} left to go${slow}`;
}

/** Looks until a node is empty, and says each step once. Throws UserError when somebody takes it back, TimeoutError. */
async function untilDrained(api: DrainApi, begun: Node, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  let said = '';
  for (let node = begun; ; node = await api.view(node.id)) {
    const line = drainLine(node);
    if (line === null) throw new UserError(`${node.name} was put to use again meanwhile: it is not drained any more`);
    if (line !== said) console.log(line);
    said = line;
    if (node.status.drain?.phase === 'Drained') return;
    if (performance.now() > deadline)
      throw new TimeoutError(`${node.name} is not drained after ${seconds} s; it goes on: weft describe node/${node.name}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Empties a node: the others stop sending to it, then its pods go. Throws UserError, TimeoutError. */
export async function drainNode(name: string, { state, gracePeriod, patience, timeout, wait }: DrainOptions): Promise<void> {
  const api = await drainApi(state);
  const { id } = await api.node(name);
  const begun = await api.drain(id, {
    ...(gracePeriod === undefined ? {} : { graceSeconds: gracePeriod }),
    ...(patience === undefined ? {} : { waitSeconds: patience }),
  });
  if (wait) await untilDrained(api, begun, timeout);
  else console.log(drainLine(begun) ?? `${name} is being drained`);
}

/** Lets nothing be placed on a node any more, or again; what is there stays. Throws UserError. */
export async function cordonNode(name: string, cordoned: boolean, { state }: Pick<DrainOptions, 'state'>): Promise<void> {
  const api = await drainApi(state);
  await api.cordon((await api.node(name)).id, cordoned);
  console.log(`node/${name} ${cordoned ? 'cordoned' : 'uncordoned'}`);
}
