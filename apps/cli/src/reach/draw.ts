import type { Reachability } from '../api/reach-api.ts';
import type { Paint, Style } from '../terminal/style.ts';

type Path = Reachability['paths'][number];
type Hop = Path['there'][number];
type Step = Hop['steps'][number];

/** How each verdict is set off. */
export const VERDICT_STYLES: Readonly<Record<Reachability['verdict'], Style>> = {
  reachable: 'green',
  refused: 'red',
  dropped: 'red',
  unroutable: 'red',
  unknown: 'yellow',
  mixed: 'yellow',
};

/** How to draw an answer. */
export interface Drawing {
  readonly paint: Paint;
  /** Every rule that the packet met, instead of those that did something to it. */
  readonly everyRule: boolean;
}

/** As wide as the longest word before a step. */
const LABEL = 12;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Whom the things behind a step are for, but for those of the node and the cluster that everything is for. */
function ownersOf({ behind }: Step): string {
  const names = behind.flatMap(({ owners }) =>
    owners.flatMap(({ kind, namespace, name }) => (kind === 'service' || kind === 'pod' ? [`${kind} ${namespace}/${name}`] : [])),
  );
  return [...new Set(names)].join(', ');
}

/** Whether a rule did something to the packet: it found an element for it, or nothing came after it. */
const matters = (step: Step, at: number, steps: readonly Step[]) =>
  step.kind !== 'rule' || step.behind.length > 1 || at === steps.length - 1;

function stepLines(step: Step, paint: Paint): string[] {
  const { kind, hook, text, behind } = step;
  const owners = ownersOf(step);
  const elements = kind === 'rule' ? behind.slice(1) : [];
  return [
    `  │ ${paint('dim', (hook ?? kind).padEnd(LABEL))}${text}${owners === '' ? '' : paint('cyan', `  (${owners})`)}`,
    ...elements.map((element) => `  │ ${' '.repeat(LABEL)}${paint('dim', element.text)}`),
  ];
}

/** A node with what it does to a packet. */
export function hopLines({ node, steps }: Hop, { paint, everyRule }: Drawing): string[] {
  const drawn = everyRule ? steps : steps.filter(matters);
  return [`  ${paint('bold', node)}`, ...drawn.flatMap((step) => stepLines(step, paint))];
}

function pathLines(path: Path, drawing: Drawing): string[] {
  const { share, verdict, why, destination, source, masqueradedBy, there, back } = path;
  const { paint } = drawing;
  const whom = destination.pod ?? destination.node;
  const to = `${destination.ip}:${destination.port}${whom === null ? '' : `, ${whom}${destination.pod === null ? '' : ` on ${destination.node}`}`}`;
  const kept = masqueradedBy === null ? 'the source address is kept' : `it sees ${source}: masqueraded by ${masqueradedBy.node}`;
  const remedy = masqueradedBy?.remedy ?? null;
  return [
    '',
    `${percent(share)} to ${to}: ${paint(VERDICT_STYLES[verdict], verdict)}${why === null ? '' : ` (${why})`}`,
    ...(destination.node === null ? [] : [`  ${kept}${remedy === null ? '' : `; kept by ${remedy}`}`]),
    ...there.flatMap((hop) => hopLines(hop, drawing)),
    ...(back.length === 0 ? [] : [`  ${paint('dim', 'the answer')}`, ...back.flatMap((hop) => hopLines(hop, drawing))]),
  ];
}

/** An answer as lines: the verdict, what may make it untrue, then each way that connections take, node by node. */
export function drawReachability(answer: Reachability, drawing: Drawing): string[] {
  const { verdict, against, revision, source, destination, why, paths, notes } = answer;
  const { paint } = drawing;
  const to = destination === null ? '' : ` → ${destination.ip}:${destination.port} ${destination.protocol}`;
  const by = against === 'live' ? 'by what is in the kernels' : `by what is to be as of revision ${revision}`;
  return [
    `${paint(VERDICT_STYLES[verdict], verdict)}: ${source ?? 'nobody'}${to}, ${by}${why === null ? '' : `: ${why}`}`,
    ...notes.map(({ text }) => paint('yellow', `! ${text}`)),
    ...paths.flatMap((path) => pathLines(path, drawing)),
  ];
}
