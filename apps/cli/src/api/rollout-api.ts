import { type components, createClient, dataOf, list } from '@weft/sdk';
import { collected } from './collected.ts';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Rollout = Schemas['Rollout'];
export type RolloutCreate = Schemas['RolloutCreate'];

/** What can be ordered of a rollout that is there. */
export type RolloutOrder = 'halt' | 'cancel' | 'resume' | 'revert';

/** What the command line asks about rollouts. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface RolloutApi {
  readonly begin: (wanted: RolloutCreate) => Promise<Rollout>;
  readonly list: () => Promise<Rollout[]>;
  readonly view: (id: string) => Promise<Rollout>;
  readonly order: (id: string, order: RolloutOrder) => Promise<Rollout>;
}

/** Rollouts in one answer, the most that the API gives. */
const limit = 1000;

/** The rollouts of the fleet that is meant. */
export async function rolloutApi(stateOption: string | undefined): Promise<RolloutApi> {
  const client = createClient(await findAccess(stateOption));
  const orders = {
    halt: (id: string) => client.POST('/rollouts/{id}/halt', { params: { path: { id } } }),
    cancel: (id: string) => client.POST('/rollouts/{id}/cancel', { params: { path: { id } } }),
    resume: (id: string) => client.POST('/rollouts/{id}/resume', { params: { path: { id } } }),
    revert: (id: string) => client.POST('/rollouts/{id}/revert', { params: { path: { id } } }),
  } as const satisfies Record<RolloutOrder, unknown>;
  return {
    begin: (body) => dataOf(client.POST('/rollouts', { body })),
    list: () => collected(list(client, '/rollouts', { query: { limit } })),
    view: (id) => dataOf(client.GET('/rollouts/{id}', { params: { path: { id } } })),
    order: (id, order) => dataOf(orders[order](id)),
  };
}
