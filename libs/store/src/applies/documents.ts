import type { ApplyDocument } from '@weft/model';
import type { Change, NoChange, Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { endpointCreation, endpointUpdate } from '../endpoints/endpoint-mutations.ts';
import { namespaceCreation, namespaceUpdate } from '../namespaces/namespace-mutations.ts';
import { namespaceOf } from '../namespaces/namespace-row.ts';
import { podCreation, podUpdate } from '../pods/pod-mutations.ts';
import { podNode, podOf } from '../pods/pod-row.ts';
import { serviceCreation, serviceUpdate } from '../services/service-mutations.ts';
import { storedService } from '../services/service-row.ts';
import { requireFixed } from './fixed-fields.ts';
import { wholeLabels } from './whole-labels.ts';

type Kind = ApplyDocument['kind'];
type Document<K extends Kind> = Omit<Extract<ApplyDocument, { kind: K }>, 'kind'>;

/** An object that was made or changed. */
interface Identified {
  readonly id: string;
}

/** What makes an object like its document. */
type Making = { readonly operation: string; readonly prepare: Prepare<Identified> };

/** Whatever is there is to become like its document. */
const ANY = 'any';

const created = (operation: string, prepare: Prepare<Identified>): Making => ({ operation, prepare });

/** How a document of each kind is made true. Each looks whether its object is there, and throws ProblemError for what it cannot change. */
const MAKING: { readonly [K in Kind]: (tables: Tables, document: Document<K>) => Promise<Making> } = {
  namespace: async (tables, document) => {
    const row = await tables.namespace.findUnique({ where: { name: document.name } });
    if (row === null) return created('namespaceCreate', namespaceCreation(document));
    const labels = wholeLabels(namespaceOf(row).labels, document.labels);
    return { operation: 'namespaceUpdate', prepare: namespaceUpdate(row.id, ANY, { labels }) };
  },

  service: async (tables, document) => {
    const { namespace, name, clusterIP, ...fields } = document;
    const row = await tables.service.findUnique({ where: { namespace_name: { namespace, name } } });
    if (row === null) return created('serviceCreate', serviceCreation(document));
    const before = storedService(row);
    requireFixed({ clusterIP: before.clusterIP }, { clusterIP });
    const labels = wholeLabels(before.labels, document.labels);
    const selector = wholeLabels(before.selector, document.selector);
    return { operation: 'serviceUpdate', prepare: serviceUpdate(row.id, ANY, { ...fields, labels, selector }) };
  },

  pod: async (tables, document) => {
    const { namespace, name, node, ip, runtime, ...fields } = document;
    const row = await tables.pod.findUnique({ where: { namespace_name: { namespace, name } }, include: podNode });
    if (row === null) return created('podCreate', podCreation(document));
    const before = podOf(row);
    requireFixed({ node: before.node, ip: before.ip, runtime: before.runtime }, { node, ip, runtime });
    const labels = wholeLabels(before.labels, document.labels);
    return { operation: 'podUpdate', prepare: podUpdate(row.id, ANY, { ...fields, labels }) };
  },

  endpoint: async (tables, document) => {
    const { namespace, service, portName, ip, port, node, ...fields } = document;
    const place = { service: { namespace, name: service }, ip, port, ...(portName === null ? {} : { portName }) };
    const row = await tables.endpoint.findFirst({ where: place, include: { node: { select: { name: true } } } });
    if (row === null) return created('endpointCreate', endpointCreation(document));
    requireFixed({ node: row.node?.name ?? null }, { node });
    return { operation: 'endpointUpdate', prepare: endpointUpdate(row.id, ANY, fields) };
  },
};

/** What became of an object. */
export interface Done {
  readonly id: string;
  /** What it was recorded as; null: it was so already. */
  readonly operation: string | null;
}

/** Prepares a change that is recorded as what it is, whatever the request is called that asks for it. */
export function recordedAs(operation: string, prepare: Prepare<Identified>): Prepare<Done> {
  return async (tables, newId, reach) => {
    const prepared: Change<Identified> | NoChange<Identified> = await prepare(tables, newId, reach);
    if ('unchanged' in prepared) return { ...prepared, unchanged: { id: prepared.unchanged.id, operation: null } };
    return {
      ...prepared,
      operation,
      write: async (stamp) => {
        const written = await prepared.write(stamp);
        return { ...written, object: { id: written.object.id, operation } };
      },
    };
  };
}

/** Prepares what makes a document's object like it. The change is recorded as what it is: its creation, or an update. */
export function makeTrue({ kind, ...document }: ApplyDocument): Prepare<Done> {
  const making = MAKING[kind] as (tables: Tables, document: object) => Promise<Making>;
  return async (tables, newId, reach) => {
    const { operation, prepare } = await making(tables, document);
    return recordedAs(operation, prepare)(tables, newId, reach);
  };
}
