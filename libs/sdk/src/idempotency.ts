import type { paths } from './schema.ts';

/** Every path whose POST takes an `Idempotency-Key`: sent again with the same key, it gives the stored answer and does nothing twice. */
export type KeyedPath = {
  [P in keyof paths]: paths[P] extends { post: { parameters: { header?: { 'Idempotency-Key'?: string } } } }
    ? 'Idempotency-Key' extends keyof NonNullable<paths[P]['post']['parameters']['header']>
      ? P
      : never
    : never;
}[keyof paths];

const KEYED: Readonly<Record<KeyedPath, true>> = {
  '/applies': true,
  '/endpoints': true,
  '/namespaces': true,
  '/nodes': true,
  '/nodes/{id}/drain': true,
  '/pods': true,
  '/rollbacks': true,
  '/rollouts': true,
  '/services': true,
};

/** Characters of a key: 128 random bits. Not `crypto.randomUUID`, which browsers have only on pages from https or localhost. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Gives a POST that can have one a key, unless it has one. */
export function addKey(schemaPath: string, { method, headers }: Request): void {
  if (method === 'POST' && Object.hasOwn(KEYED, schemaPath) && !headers.has('Idempotency-Key')) headers.set('Idempotency-Key', newKey());
}
