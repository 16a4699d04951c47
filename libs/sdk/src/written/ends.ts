import type { components } from '../schema.ts';
import { UnreadableError } from './unreadable-error.ts';

type ReachabilityQuestion = components['schemas']['ReachabilityQuestion'];

/** `web` is `default/web`. */
const namespaced = (name: string) => (name.includes('/') ? name : `default/${name}`);

/** Who sends, as people write it: `pod/shop/basket`, `node/node-1`, or `203.0.113.9@node-1` for an address outside whose packets come to that node. Throws UnreadableError. */
export function readFrom(text: string): ReachabilityQuestion['from'] {
  const [, kind, name = ''] = /^(pod|node)\/(.+)$/.exec(text) ?? [];
  if (kind === 'pod') return { pod: namespaced(name) };
  if (kind === 'node') return { node: name };
  const [, address, via] = /^([\d.]+)@([^@/]+)$/.exec(text) ?? [];
  if (address !== undefined && via !== undefined) return { outside: { address, via } };
  throw new UnreadableError(`not somebody who sends: ${text} (write pod/<namespace>/<name>, node/<name> or <address>@<node>)`);
}

/** Whom it is for, with its port: `service/shop/web:80`, `pod/shop/web-1:8080`, `node/node-1:30080` or `198.19.0.10:80`. Throws UnreadableError. */
export function readTo(text: string): Pick<ReachabilityQuestion, 'to' | 'port'> {
  const [, whom = '', digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined) throw new UnreadableError(`${text} has no port: write ${text}:80`);
  const [, kind, name = ''] = /^(pod|service|node)\/(.+)$/.exec(whom) ?? [];
  if (kind === 'pod') return { to: { pod: namespaced(name) }, port };
  if (kind === 'service') return { to: { service: namespaced(name) }, port };
  if (kind === 'node') return { to: { node: name }, port };
  if (/^[\d.]+$/.test(whom)) return { to: { address: whom }, port };
  throw new UnreadableError(`nobody to send to: ${text} (write service/<namespace>/<name>:<port>, pod/…, node/… or <address>:<port>)`);
}

/** What packets are captured of. */
export interface Captured {
  readonly kind: 'pod' | 'service' | 'node';
  /** Of a pod or service; of a node it says nothing. */
  readonly namespace: string;
  readonly name: string;
}

/** What is to be captured: `pod/shop/web-1`, `service/web`, `node/node-1`. Throws UnreadableError. */
export function readCaptured(text: string): Captured {
  const [, kind, namespace = 'default', name] = /^(pod|service)\/(?:([^/]+)\/)?([^/]+)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: kind as 'pod' | 'service', namespace, name };
  const [, node] = /^node\/([^/]+)$/.exec(text) ?? [];
  if (node !== undefined) return { kind: 'node', namespace: '', name: node };
  throw new UnreadableError(`nothing to capture: ${text} (write pod/<namespace>/<name>, service/<namespace>/<name> or node/<name>)`);
}
