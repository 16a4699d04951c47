/** What an echo server knows about one TCP connection. Addresses are `ip:port`. */
export interface Seen {
  /** `namespace/name` of the pod. */
  readonly identity: string;
  readonly client: string;
  readonly server: string;
  /** The address the client asked for, as it wrote it. */
  readonly host: string;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** The answer for a terminal: the first line is the pod's identity and nothing else. */
export function textAnswer({ identity, client, server, host }: Seen): string {
  return `${identity}\nclient ${client}\nserver ${server}\nhost ${host}\n`;
}

/** The same for a browser. */
export function htmlAnswer(seen: Seen): string {
  const [identity, client, server, host] = [seen.identity, seen.client, seen.server, seen.host].map(escapeHtml);
  return [
    '<!doctype html>',
    `<html lang="en"><meta charset="utf-8"><title>${identity}</title>`,
    '<style>body{font:1.1rem/1.6 system-ui;margin:4rem auto;max-width:32rem}dt{color:#666}dd{margin:0 0 1rem;font-family:monospace}</style>',
    `<h1>${identity}</h1>`,
    `<dl><dt>You came from<dd>${client}<dt>You reached<dd>${server}<dt>You asked for<dd>${host}</dl></html>`,
    '',
  ].join('\n');
}

/** The whole answer to a datagram. */
export function datagramAnswer(identity: string): string {
  return `${identity}\n`;
}

const AN_ANSWER = /^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}\n$/;

/** False for a datagram that is itself an answer: two echo servers must not be made to talk to each other for ever by one forged packet. */
export function deservesAnswer(datagram: string): boolean {
  return !AN_ANSWER.test(datagram);
}
