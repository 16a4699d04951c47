import type { Reachability, ReachabilityPath } from '@weft/model';
import type { Lab } from '@weft/testing';

/** What came of a real connection. */
export type Attempt =
  | { readonly outcome: 'answered'; readonly by: string; readonly seenFrom: string }
  | { readonly outcome: 'refused' | 'unreachable' | 'silent' };

/** A connection that nobody answers within so many seconds is held to be dropped; a neighbour that does not answer is given up after three. */
const PATIENCE_SECONDS = 4;

/** Opens one connection and asks the echo server behind it who it is, and from where it was asked. Throws Error for what is no outcome of a connection. */
export async function attempt(lab: Lab, from: { readonly host: string; readonly netns?: string }, url: string): Promise<Attempt> {
  const argv = ['curl', '--silent', '--verbose', '--max-time', `${PATIENCE_SECONDS}`, url] as const;
  const { exitCode, stdout, stderr } = await lab.exec(from.host, argv, from.netns === undefined ? {} : { netns: from.netns });
  const [, by, seenFrom] = /^(\S+)\nclient (\S+):\d+\n/.exec(stdout) ?? [];
  if (exitCode === 0 && by !== undefined && seenFrom !== undefined) return { outcome: 'answered', by, seenFrom };
  if (stderr.includes('Connection refused')) return { outcome: 'refused' };
  if (/No route to host|Network is unreachable/.test(stderr)) return { outcome: 'unreachable' };
  if (exitCode === 28) return { outcome: 'silent' };
  throw new Error(`curl ended with ${exitCode}: ${stderr}`);
}

/** How connections end that take a path of each verdict. In these fleets nothing may be unknown. */
const ENDS: Readonly<Record<ReachabilityPath['verdict'], readonly Attempt['outcome'][]>> = {
  reachable: ['answered'],
  refused: ['refused'],
  dropped: ['silent'],
  unroutable: ['unreachable', 'silent'],
  unknown: [],
};

function isOf({ verdict, why, destination, source }: ReachabilityPath, made: Attempt): boolean {
  if (verdict === 'reachable' && made.outcome === 'answered') return made.by === destination.pod && made.seenFrom === source;
  // It arrives where what listens is not known.
  if (verdict === 'reachable' && why !== null) return made.outcome === 'refused';
  return ENDS[verdict].includes(made.outcome);
}

/** True when what came of a connection is what was computed for one of the paths that it may have taken. */
export function isForeseen({ paths }: Reachability, made: Attempt): boolean {
  return paths.some((path) => isOf(path, made));
}
