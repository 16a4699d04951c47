import { setTimeout as sleep } from 'node:timers/promises';
import { type Rollout, type RolloutApi, type RolloutCreate, type RolloutOrder, rolloutApi } from '../api/rollout-api.ts';
import { table } from '../terminal/table.ts';
import { UserError } from '../user-error.ts';

interface Options {
  readonly state?: string;
}

/** What `weft rollout start` is given. */
export interface StartOptions extends Options {
  readonly backend?: NonNullable<RolloutCreate['change']['backend']>;
  readonly podLink?: NonNullable<RolloutCreate['change']['podLink']>;
  readonly overlay?: NonNullable<RolloutCreate['change']['overlay']> | 'cluster';
  readonly strictArp?: 'on' | 'off';
  readonly node?: readonly string[];
  readonly selector?: string;
  readonly canary?: readonly string[];
  readonly maxUnavailable: number;
  readonly soak: number;
  readonly onFailure: 'revert' | 'halt';
  readonly detach: boolean;
}

const LOOK_EVERY_MS = 500;

/** Names of nodes, or one number: so many of them. */
function canaryOf(asked: readonly string[]): number | string[] {
  const [first = ''] = asked;
  return asked.length === 1 && /^\d{1,4}$/.test(first) ? Number(first) : [...asked];
}

/** What the API is asked for. Throws UserError when nothing is to be changed. */
export function wantedOf(options: StartOptions): RolloutCreate {
  const { backend, podLink, overlay, strictArp, node, selector, canary, maxUnavailable, soak, onFailure } = options;
  const change = {
    ...(backend === undefined ? {} : { backend }),
    ...(podLink === undefined ? {} : { podLink }),
    ...(overlay === undefined ? {} : { overlay: overlay === 'cluster' ? null : overlay }),
    ...(strictArp === undefined ? {} : { strictArp: strictArp === 'on' }),
  };
  if (Object.keys(change).length === 0) throw new UserError('say what is to be changed: --backend, --pod-link, --overlay or --strict-arp');
  return {
    change,
    ...(node === undefined ? {} : { nodes: [...node] }),
    ...(selector === undefined ? {} : { labelSelector: selector }),
    ...(canary === undefined ? {} : { canary: canaryOf(canary) }),
    maxUnavailable,
    soakSeconds: soak,
    onFailure,
  };
}

/** Lines about one rollout. */
export function rolloutLines({ id, change, status }: Rollout): string[] {
  const rows = status.nodes.map(({ name, canary, state, message }) => [name, canary ? 'canary' : '', state, message]);
  return [`${id} ${status.phase}: ${JSON.stringify(change)}`, status.message, ...table(['NODE', 'ROLE', 'STATE', 'MESSAGE'], rows)];
}

/** How a rollout is now; as it was when nobody answers for a moment: it goes on when the control plane does. */
async function lookAgain(api: RolloutApi, rollout: Rollout): Promise<Rollout> {
  try {
    return await api.view(rollout.id);
  } catch (error) {
    if (error instanceof Error && error.name === 'ConnectionError') return rollout;
    throw error;
  }
}

/** Prints what a rollout waits for or has done, whenever that changes, until it is over or stands still. */
async function follow(api: RolloutApi, begun: Rollout): Promise<Rollout> {
  let said = '';
  for (let rollout = begun; ; rollout = await lookAgain(api, rollout)) {
    const { phase, message } = rollout.status;
    if (message !== '' && message !== said) console.error(message);
    said = message;
    if (phase !== 'Running' && phase !== 'Reverting') return rollout;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Begins a rollout and follows it. Throws UserError when not every node has the change in the end. */
export async function startRollout(options: StartOptions): Promise<void> {
  const api = await rolloutApi(options.state);
  const begun = await api.begin(wantedOf(options));
  console.error(`${begun.id}: ${begun.status.nodes.map(({ name }) => name).join(', ')}`);
  const rollout = options.detach ? begun : await follow(api, begun);
  console.log(rolloutLines(rollout).join('\n'));
  if (!options.detach && rollout.status.phase !== 'Done') throw new UserError(`${rollout.id} is ${rollout.status.phase}`);
}

/** Prints all rollouts, oldest first. */
export async function listRollouts({ state }: Options): Promise<void> {
  const rows = (await (await rolloutApi(state)).list()).map(({ id, change, status }) => [
    id,
    status.phase,
    JSON.stringify(change),
    `${status.nodes.filter((node) => node.state === 'Done').length}/${status.nodes.length}`,
    status.message,
  ]);
  console.log(table(['ID', 'PHASE', 'CHANGE', 'DONE', 'MESSAGE'], rows).join('\n'));
}

/** Prints where each node of a rollout stands. */
export async function showRollout(id: string, { state }: Options): Promise<void> {
  console.log(rolloutLines(await (await rolloutApi(state)).view(id)).join('\n'));
}

/** Halts, cancels, resumes or takes a rollout back. */
export async function orderRollout(order: RolloutOrder, id: string, { state }: Options): Promise<void> {
  console.log(rolloutLines(await (await rolloutApi(state)).order(id, order)).join('\n'));
}
