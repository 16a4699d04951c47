import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** Kinds that have a page of their own, with where it is. */
const PAGES: Readonly<Record<string, string>> = { service: '/services', node: '/nodes' };

/** The name of an object, which leads to its page where it has one. */
export function ObjectLink({ kind, id, children }: { kind: string; id: string; children: ReactNode }) {
  const page = PAGES[kind];
  return page === undefined ? children : <Link href={`${page}/${id}`}>{children}</Link>;
}

/** `shop/web`, or `node-1` for what is in no namespace. */
export const fullName = ({ namespace, name }: { readonly namespace: string | null; readonly name: string | null }): string =>
  namespace === null ? (name ?? '') : `${namespace}/${name ?? ''}`;
