import { UserError } from '../user-error.ts';
import { endpoint } from './endpoint.ts';
import { joinToken, pool, rollout, token } from './fleet-affairs.ts';
import { auditEvent, driftEvent, operation, receipt } from './fleet-records.ts';
import type { Kind } from './kind.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { service } from './service.ts';

/** Every kind of object, in the order in which people look for them. */
export const KINDS: readonly Kind[] = [
  service,
  pod,
  endpoint,
  node,
  namespace,
  rollout,
  operation,
  auditEvent,
  receipt,
  driftEvent,
  pool,
  token,
  joinToken,
];

/** What stands for the kinds that most people mean by everything. */
export const ALL = 'all';

const BY_WORD: ReadonlyMap<string, Kind> = new Map(
  KINDS.flatMap((kind) => [kind.name, kind.plural, ...kind.shortNames].map((word) => [word.replaceAll('-', ''), kind] as const)),
);

/** Kinds of kubectl that are no kind here: what is told instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  events: 'weft events shows what happened',
  event: 'weft events shows what happened',
  ev: 'weft events shows what happened',
  deployments: 'each pod is a document of its own',
  deploy: 'each pod is a document of its own',
};

/** Kinds by their words: `services`, `svc,po`, `JoinTokens`, `all`. Throws UserError for a word that is none. */
export function kindsOf(words: string): readonly Kind[] {
  return words.split(',').flatMap((word) => {
    if (word === ALL) return KINDS.filter(({ inAll }) => inAll === true);
    const found = BY_WORD.get(word.toLowerCase().replaceAll('-', ''));
    if (found === undefined) throw new UserError(`there is no kind ${word}: ${ELSEWHERE[word] ?? 'weft kinds lists them'}`);
    return [found];
  });
}

/** The kind that an id is of; undefined: it is no id. */
export const kindOfId = (text: string): Kind | undefined =>
  KINDS.find(({ idPrefix }) => text.startsWith(idPrefix) && /^[0-9a-z]{8,40}$/.test(text.slice(idPrefix.length)));
