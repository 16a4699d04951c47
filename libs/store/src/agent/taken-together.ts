import { type NodeReportAnswer, ProblemError } from '@weft/model';
import type { Database } from '../database/database.ts';
import { askedTogether } from '../database/together.ts';
import { keepReceipts, keepTexts, unsignedReceipts } from './receipts.ts';
import type { KeepTerms } from './shared-terms.ts';
import { inOwnSession, recordStandings, type Said, staleSession } from './standing.ts';

/** How many nodes one transaction takes in reports of: their receipts are one value, of a MiB for each at the most. */
const NODES_MAX = 32;

/** How long reports are gathered while none are taken in, in ms at the most: a transaction costs about the same for one and for thirty. */
const REST_MAX_MS = 100;

/** What a node is told: an answer, or why it gets none. */
type Outcome = { readonly answer: NodeReportAnswer } | { readonly error: unknown };

/** Takes in what nodes say, each once. Throws ProblemError StaleSession, and keeps nothing, when the session of one of them ended meanwhile. */
async function take(database: Database, keepTerms: KeepTerms, said: readonly Said[]): Promise<ReadonlyMap<Said, Outcome>> {
  const receipts = said.flatMap(({ report }) => report.receipts);
  const [termsOf] = await Promise.all([keepTerms(receipts), keepTexts(database, receipts)]);
  return database.transaction(async (tables) => {
    const [unsigned, current] = await Promise.all([unsignedReceipts(tables, said), inOwnSession(tables, said)]);
    const believed = current.filter((one) => !unsigned.has(one));
    keepReceipts(tables, believed, termsOf);
    const standings = await recordStandings(tables, believed);
    if (standings.size < believed.length) throw staleSession();
    return new Map(
      said.map((one) => {
        const answer = standings.get(one.nodeId);
        return [one, answer === undefined ? { error: unsigned.get(one) ?? staleSession() } : { answer }];
      }),
    );
  });
}

/** What comes over all who say something at the same time, whoever it is about. */
const isForAll = (error: unknown) => error instanceof ProblemError && error.code !== 'StaleSession';

/** The same, where what is wrong with one of them does not come over the others. */
async function takeEach(database: Database, keepTerms: KeepTerms, said: readonly Said[]): Promise<ReadonlyMap<Said, Outcome>> {
  try {
    return await take(database, keepTerms, said);
  } catch (error) {
    if (isForAll(error) || said.length === 1) return new Map(said.map((one) => [one, { error }]));
    const alone = await Promise.all(said.map((one) => takeEach(database, keepTerms, [one])));
    return new Map(alone.flatMap((outcomes) => [...outcomes]));
  }
}

/**
 * Takes in reports that change no object: after every change all nodes report at once, and those that come together are one transaction. Answers only when what was said is
 * kept; a node that says much at once waits for itself. Throws ProblemError StaleSession, ValidationFailed.
 */
export function reportsTakenTogether(database: Database, keepTerms: KeepTerms): (said: Said) => Promise<NodeReportAnswer> {
  const take = askedTogether<Said, Outcome | undefined>(
    async (said) => {
      const outcomes = await takeEach(database, keepTerms, said);
      return (one) => outcomes.get(one);
    },
    { kindOf: ({ nodeId }) => nodeId, kindsMax: NODES_MAX, ofKindMax: 1, restMaxMs: REST_MAX_MS, gatherMs: REST_MAX_MS },
  );
  return async (said) => {
    const outcome = await take(said);
    if (outcome === undefined) throw new Error(`the report of node ${said.nodeId} was taken in and not answered`);
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  };
}
