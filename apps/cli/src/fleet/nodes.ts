import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetApi, Node } from '../api/fleet-api.ts';
import type { StatePaths } from '../state/paths.ts';
import { InterruptedError, UserError } from '../user-error.ts';
import type { FleetOptions } from './options.ts';

/** Makes sure that the API knows these nodes as they are wanted. */
export async function registerNodes(api: FleetApi, names: readonly string[], options: FleetOptions): Promise<Node[]> {
  const known = new Map((await api.nodes()).map((node) => [node.name, node]));
  return await Promise.all(names.map((name) => registered(api, name, known.get(name), options)));
}

function registered(api: FleetApi, name: string, known: Node | undefined, { backend, podLink }: FleetOptions): Promise<Node> {
  const wanted = { ...(backend && { backend }), ...(podLink && { podLink }) };
  if (known === undefined) return api.createNode({ name, ...wanted });
  const differs = Object.entries(wanted).some(([field, value]) => known[field as 'backend' | 'podLink'] !== value);
  return differs ? api.updateNode(known.id, wanted) : Promise.resolve(known);
}

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Waits until these nodes have applied what they should. Throws UserError that says what each late one waits for, InterruptedError when told to stop. */
export async function nodesReady(api: FleetApi, paths: StatePaths, names: readonly string[], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (true) {
    const late = (await api.nodes()).filter((node) => names.includes(node.name) && node.status.phase !== 'Ready');
    if (late.length === 0) return;
    const failed = late.filter((node) => node.status.phase === 'Failed');
    if (performance.now() > deadline || failed.length === names.length) {
      const why = late.map((node) => `${node.name} is ${node.status.phase}${explain(node)}`).join('; ');
      throw new UserError(`${why} (logs: ${paths.logs})`);
    }
    if (signal.aborted) throw new InterruptedError();
    await sleep(LOOK_EVERY_MS);
  }
}

function explain(node: Node): string {
  const said = node.status.conditions.find((condition) => condition.status !== 'True' && condition.message !== '');
  return said === undefined ? '' : `: ${said.message}`;
}
