import { z } from 'zod';
import { Labels, LabelsPatch } from '../labels.ts';
import { DnsLabel } from '../names.ts';
import { systemFields } from './meta.ts';

/** What a user sends to create a namespace. */
export const NamespaceCreate = z.strictObject({ name: DnsLabel, labels: Labels.default({}) }).meta({ id: 'NamespaceCreate' });
export type NamespaceCreate = z.infer<typeof NamespaceCreate>;

/** A merge patch (RFC 7396) of a namespace. */
export const NamespaceUpdate = z.strictObject({ labels: LabelsPatch }).partial().meta({ id: 'NamespaceUpdate' });
export type NamespaceUpdate = z.infer<typeof NamespaceUpdate>;

/** A namespace: the scope in which pod and service names are unique. `default` always exists. */
export const Namespace = z.strictObject({ name: DnsLabel, labels: Labels, ...systemFields('namespace') }).meta({ id: 'Namespace' });
export type Namespace = z.infer<typeof Namespace>;

/** The namespace used where a request names none. */
export const DEFAULT_NAMESPACE = 'default';
