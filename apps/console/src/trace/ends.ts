import type { TraceCreate } from '../api.ts';

/** `web` is `default/web`. */
const namespaced = (name: string) => (name.includes('/') ? name : `default/${name}`);

/** Who sends, as people write it: `pod/shop/basket`, `node/node-1`, or `203.0.113.9@node-1` for an address outside. Throws Error with one sentence. */
export function readFrom(text: string): TraceCreate['from'] {
  const [, kind, name = ''] = /^(pod|node)\/(.+)$/.exec(text) ?? [];
  if (kind === 'pod') return { pod: namespaced(name) };
  if (kind === 'node') return { node: name };
  const [, address, via] = /^([\d.]+)@([^@/]+)$/.exec(text) ?? [];
  if (address !== undefined && via !== undefined) return { outside: { address, via } };
  throw new Error(`nobody who sends: ${text} (write pod/<namespace>/<name>, node/<name> or <address>@<node>)`);
}

/** Whom it is for, with its port: `service/shop/web:80`, `pod/shop/web-1:8080`, `node/node-1:30080` or `198.19.0.10:80`. Throws Error with one sentence. */
export function readTo(text: string): Pick<TraceCreate, 'to' | 'port'> {
  const [, whom = '', digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined) throw new Error(`${text} has no port: write ${text}:80`);
  const [, kind, name = ''] = /^(pod|service|node)\/(.+)$/.exec(whom) ?? [];
  if (kind === 'pod') return { to: { pod: namespaced(name) }, port };
  if (kind === 'service') return { to: { service: namespaced(name) }, port };
  if (kind === 'node') return { to: { node: name }, port };
  if (/^[\d.]+$/.test(whom)) return { to: { address: whom }, port };
  throw new Error(`nobody to send to: ${text} (write service/<namespace>/<name>:<port>, pod/…, node/… or <address>:<port>)`);
}
