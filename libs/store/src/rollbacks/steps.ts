import { canonicalJson } from '@weft/model';
import { type Kind, mustBeReplaced, placeOf, type Spec, type Stored, specOf } from './documents.ts';

/** An object that is otherwise now than it was; null where it was not, or is not. */
export interface Difference {
  readonly kind: Kind;
  readonly before: Stored | null;
  readonly after: Stored | null;
}

/** One thing to do so that an object is as it was. */
export type Step =
  | { readonly action: 'delete'; readonly spec: Spec; readonly id: string }
  | { readonly action: 'restore'; readonly spec: Spec };

interface Pair {
  readonly kind: Kind;
  before: Stored | null;
  after: Stored | null;
}

/** Objects by their places: one that went and one that came in its place are one. */
function byPlace(differences: readonly Difference[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { kind, before, after } of differences) {
    const known = before ?? after;
    if (known === null) continue;
    const { namespace, name } = placeOf(specOf(kind, known));
    const key = `${kind} ${namespace}/${name}`;
    const pair = pairs.get(key) ?? { kind, before: null, after: null };
    pair.before ??= before;
    pair.after ??= after;
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

/** A pod that is asked to go does not come back by being changed. */
const isGoing = ({ status }: Stored) => (status as { phase?: string } | undefined)?.phase === 'Terminating';

const idOf = ({ id }: Stored) => String(id);

function stepsFor({ kind, before, after }: Pair, deleteNewer: boolean): Step[] {
  const is = after && specOf(kind, after);
  if (before === null) return after !== null && is !== null && deleteNewer ? [{ action: 'delete', spec: is, id: idOf(after) }] : [];
  const wanted = specOf(kind, before);
  const restore: Step = { action: 'restore', spec: wanted };
  if (after === null || is === null) return [restore];
  if (mustBeReplaced(is, wanted) || (kind === 'pod' && isGoing(after))) return [{ action: 'delete', spec: is, id: idOf(after) }, restore];
  return canonicalJson(is) === canonicalJson(wanted) ? [] : [restore];
}

/** What has to be there before what: names are free, and addresses and ports given back, before others claim them. */
const ORDER: readonly `${Step['action']} ${Kind}`[] = [
  'delete pod',
  'delete endpoint',
  'delete service',
  'restore namespace',
  'restore node',
  'restore service',
  'restore endpoint',
  'restore pod',
  'delete namespace',
  'delete node',
];

const rank = ({ action, spec }: Step) => ORDER.indexOf(`${action} ${spec.kind}`);

/** Services, by namespace and name, with which something is done. */
function servicesTo(action: Step['action'], steps: readonly Step[]): ReadonlySet<string> {
  return new Set(
    steps.flatMap((step) => (step.action === action && step.spec.kind === 'service' ? [`${step.spec.namespace}/${step.spec.name}`] : [])),
  );
}

/** Services, by namespace and name, that are made anew: their endpoints go with what was there, also those that are as they were. */
export function servicesMadeAnew(steps: readonly Step[]): ReadonlySet<string> {
  const restored = servicesTo('restore', steps);
  return new Set([...servicesTo('delete', steps)].filter((service) => restored.has(service)));
}

/** Differences beside those of the endpoints of some services. */
export const besideEndpointsOf = (services: ReadonlySet<string>, differences: readonly Difference[]): Difference[] =>
  differences.filter(({ kind, before, after }) => {
    const known = kind === 'endpoint' ? (before ?? after) : null;
    const spec = known && specOf(kind, known);
    return spec?.kind !== 'endpoint' || !services.has(`${spec.namespace}/${spec.service}`);
  });

/** What to do so that objects are as they were, in the order in which it can be done. */
export function stepsTo(differences: readonly Difference[], deleteNewer: boolean): Step[] {
  const steps = byPlace(differences).flatMap((pair) => stepsFor(pair, deleteNewer));
  const going = servicesTo('delete', steps);
  // The endpoints of a service go with it.
  const goesAnyway = ({ action, spec }: Step) =>
    action === 'delete' && spec.kind === 'endpoint' && going.has(`${spec.namespace}/${spec.service}`);
  return steps.filter((step) => !goesAnyway(step)).sort((a, b) => rank(a) - rank(b));
}
