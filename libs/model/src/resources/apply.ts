import { z } from 'zod';
import { DnsLabel } from '../names.ts';
import { EndpointCreate } from './endpoint.ts';
import { NamespaceCreate } from './namespace.ts';
import { PodCreate } from './pod.ts';
import { ServiceCreate } from './service.ts';

/** The most documents that are applied at once: everybody else's changes wait for the transaction. */
export const APPLY_DOCUMENTS_MAX = 200;

/** An object as it is to be: made when there is none of its name, else changed to be like this, what is left out included. */
export const ApplyDocument = z
  .discriminatedUnion('kind', [
    NamespaceCreate.extend({ kind: z.literal('namespace') }).meta({ id: 'NamespaceDocument' }),
    ServiceCreate.extend({ kind: z.literal('service') }).meta({ id: 'ServiceDocument' }),
    PodCreate.extend({ kind: z.literal('pod') }).meta({ id: 'PodDocument' }),
    EndpointCreate.extend({ kind: z.literal('endpoint') }).meta({ id: 'EndpointDocument' }),
  ])
  .meta({ id: 'ApplyDocument' });
export type ApplyDocument = z.infer<typeof ApplyDocument>;

/** An object that is not to be any more. */
export const RemovedObject = z
  .strictObject({ kind: z.enum(['service', 'pod']), namespace: DnsLabel, name: DnsLabel })
  .meta({ id: 'RemovedObject' });
export type RemovedObject = z.infer<typeof RemovedObject>;

/** What is to be so, in one transaction: each document sees what those before it did, and the removal of services. */
export const Apply = z
  .strictObject({
    documents: z.array(ApplyDocument).min(1).max(APPLY_DOCUMENTS_MAX),
    // Without a default: the version before knows no such field, and what a request is told by must be the same to it.
    removed: z
      .array(RemovedObject)
      .max(APPLY_DOCUMENTS_MAX)
      .optional()
      .describe('objects that are deleted with it: services before all documents, pods after them'),
  })
  .meta({ id: 'Apply' });
export type Apply = z.infer<typeof Apply>;

/** What became of a document, or of an object that was to be removed. */
export const AppliedDocument = z
  .strictObject({
    kind: z.enum(['namespace', 'service', 'pod', 'endpoint']),
    id: z.string(),
    namespace: DnsLabel.nullable(),
    name: z.string().describe('of an endpoint: that of its service'),
    operation: z.string().nullable().describe('what it was recorded as, such as serviceCreate or podDelete; null: it was so already'),
  })
  .meta({ id: 'AppliedDocument' });
export type AppliedDocument = z.infer<typeof AppliedDocument>;

/** What became of all documents, in their order, and of what was to be removed. */
export const Applied = z.strictObject({ documents: z.array(AppliedDocument) }).meta({ id: 'Applied' });
export type Applied = z.infer<typeof Applied>;
