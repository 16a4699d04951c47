import { plan } from '@weft/testing/desired';
import type { Asker } from '../test-fleet.ts';
import type { Expectation, Probe } from './case.ts';

/** Addresses of pods by number. */
const POD_ADDRESS: Readonly<Record<number, string>> = { 1: plan.pod(1, 1), 2: plan.pod(1, 2), 3: plan.pod(2, 1), 4: plan.pod(3, 1) };

/** The address somebody has when nothing translates it; null for a node, which has several. */
function addressOf(who: Asker): string | null {
  if (who === 'outside') return plan.outside;
  return 'pod' in who ? (POD_ADDRESS[who.pod] ?? null) : null;
}

interface Answer {
  readonly from: string;
  readonly sees: string;
  /** The client's port; not every server says it. */
  readonly port: number | null;
}

const answerOf = (text: string): Answer => {
  const [from = '', sees = '', port = null] = text.replace('::ffff:', '').split(' ');
  return { from, sees, port: port === null ? null : Number(port) };
};

const distinct = (texts: readonly string[]) => [...new Set(texts)].sort();

function judgeFrom(
  { from, sees, seesPorts }: Extract<Expectation, { from: unknown }>,
  who: Asker,
  answers: readonly Answer[],
): string | null {
  const answered = distinct(answers.map((answer) => answer.from));
  if (answered.join() !== distinct(from).join()) return `answers came from ${answered.join(', ')}`;
  const [least, most] = seesPorts ?? [];
  const stray = answers.find(({ port }) => least !== undefined && !(port !== null && port >= least && port <= (most ?? least)));
  if (stray !== undefined) return `${stray.from} sees port ${stray.port}`;
  if (sees === undefined) return null;
  const own = addressOf(who);
  const wrong = answers.find((answer) => (answer.sees === own) !== (sees === 'client'));
  return wrong === undefined ? null : `${wrong.from} sees ${wrong.sees}`;
}

function judgeShares(shares: Readonly<Record<string, readonly [number, number]>>, answers: readonly Answer[]): string | null {
  const stranger = answers.find(({ from }) => !(from in shares));
  if (stranger !== undefined) return `an answer came from ${stranger.from}`;
  const wrong = Object.entries(shares).flatMap(([from, [least, most]]) => {
    const share = answers.filter((answer) => answer.from === from).length / answers.length;
    return share < least || share > most ? [`${from} gave ${share} of the answers`] : [];
  });
  return wrong[0] ?? null;
}

/** What is wrong with the outcomes of a probe; null when they are what is expected. */
export function judge({ who, expect }: Probe, outcomes: readonly string[]): string | null {
  if (expect === 'refused') return outcomes.every((outcome) => outcome === 'ECONNREFUSED') ? null : distinct(outcomes).join(', ');
  if (expect === 'silence') return outcomes.every((outcome) => outcome === 'ETIMEDOUT') ? null : distinct(outcomes).join(', ');
  const failed = outcomes.find((outcome) => !outcome.includes(' '));
  if (failed !== undefined) return `${outcomes.filter((outcome) => outcome === failed).length} of ${outcomes.length}: ${failed}`;
  const answers = outcomes.map(answerOf);
  if ('from' in expect) return judgeFrom(expect, who, answers);
  if ('shares' in expect) return judgeShares(expect.shares, answers);
  const answered = distinct(answers.map(({ from }) => from));
  if ('inTheEnd' in expect) return answered.includes(expect.inTheEnd) ? null : `answers came from ${answered.join(', ')}`;
  return answered.length === 1 && expect.oneOf.includes(answered[0] ?? '') ? null : `answers came from ${answered.join(', ')}`;
}

/** What is wrong when others who are to find the same have found another pod; null when nothing is. Takes note of who answered. */
export function judgeSame({ expect }: Probe, outcomes: readonly string[], found: Map<string, string>): string | null {
  if (typeof expect === 'string' || !('oneOf' in expect) || expect.same === undefined) return null;
  const { from } = answerOf(outcomes[0] ?? '');
  const before = found.get(expect.same) ?? from;
  found.set(expect.same, before);
  return before === from ? null : `${from} answered, and somebody else was answered by ${before}`;
}
