import { ProblemError, type RemovedObject } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { podDeletion } from '../pods/pod-deletion.ts';
import { serviceDeletion } from '../services/service-mutations.ts';
import { type Done, recordedAs } from './documents.ts';

/** Whatever is there goes. */
const ANY = 'any';

type Place = Pick<RemovedObject, 'namespace' | 'name'>;

/** How an object of each kind is found and removed. */
interface Removing {
  readonly operation: string;
  find(tables: Tables, place: Place): Promise<{ readonly id: string } | null>;
  deletion(id: string): Prepare<{ readonly id: string }>;
}

const select = { id: true } as const;

const REMOVING: Readonly<Record<RemovedObject['kind'], Removing>> = {
  service: {
    operation: 'serviceDelete',
    find: (tables, place) => tables.service.findUnique({ where: { namespace_name: place }, select }),
    deletion: (id) => serviceDeletion(id, ANY),
  },
  pod: {
    operation: 'podDelete',
    find: (tables, place) => tables.pod.findUnique({ where: { namespace_name: place }, select }),
    deletion: (id) => podDeletion(id, ANY, undefined),
  },
};

/** Prepares the end of an object. A pod takes the time that it says it takes. Throws ProblemError NotFound. */
export function removal({ kind, namespace, name }: RemovedObject): Prepare<Done> {
  const { operation, find, deletion } = REMOVING[kind];
  return async (tables, newId, reach) => {
    const row = await find(tables, { namespace, name });
    if (row === null) throw new ProblemError('NotFound', `there is no ${kind} ${namespace}/${name}`);
    return recordedAs(operation, deletion(row.id))(tables, newId, reach);
  };
}
