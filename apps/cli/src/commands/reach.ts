import { readFrom, readTo } from '@weft/sdk';
import { askReachability, type ReachabilityQuestion } from '../api/reach-api.ts';
import { drawReachability } from '../reach/draw.ts';
import { paintFor } from '../terminal/style.ts';

interface ReachOptions {
  readonly state?: string;
  readonly live: boolean;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly rules: boolean;
  readonly output: 'text' | 'json';
}

/** Prints what becomes of a connection, as a path. The exit status is 1 when it is not reachable. Throws the SDK's UnreadableError for ends that cannot be read. */
export async function reach(from: string, to: string, options: ReachOptions): Promise<void> {
  const { state, live, protocol, rules, output } = options;
  const question: ReachabilityQuestion = { from: readFrom(from), ...readTo(to), protocol, against: live ? 'live' : 'desired' };
  const answer = await askReachability(state, question);
  const drawn = () => drawReachability(answer, { paint: paintFor(process.stdout), everyRule: rules }).join('\n');
  console.log(output === 'json' ? JSON.stringify(answer, null, 2) : drawn());
  if (answer.verdict !== 'reachable') process.exitCode = 1;
}
