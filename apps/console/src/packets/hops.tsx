import { Title } from '@mantine/core';
import type { Node, ReachabilityHop } from '../api.ts';
import { AskedStory } from '../rules/asked-story.tsx';
import { Explained } from '../rules/explained.tsx';

type Step = ReachabilityHop['steps'][number];

/** Whom the things behind a step are for, but for those of the node and the cluster that everything is for. */
function ownersOf({ behind }: Step): string {
  const names = behind.flatMap(({ owners }) =>
    owners.flatMap(({ kind, namespace, name }) => (kind === 'service' || kind === 'pod' ? [`${kind} ${namespace}/${name}`] : [])),
  );
  return [...new Set(names)].join(', ');
}

type Behind = Step['behind'][number];

/** What a step comes from, as it is in the kernel. */
function Source({ thing, nodeId }: { thing: Behind; nodeId: string | undefined }) {
  if (nodeId === undefined) return <code>{thing.text}</code>;
  const { kind, place, key } = thing;
  return <Explained text={thing.text} story={() => <AskedStory thing={{ nodeId, kind, place, key }} />} />;
}

function StepView({ step, nodeId }: { step: Step; nodeId: string | undefined }) {
  const { kind, hook, text, behind } = step;
  const owners = ownersOf(step);
  // A rule is told in its own words, and those need not stand there twice.
  const rule = behind.find((thing) => text.startsWith(thing.text));
  return (
    <li>
      <strong>{hook ?? kind}</strong> {rule === undefined ? null : <Source thing={rule} nodeId={nodeId} />}
      {text.slice(rule?.text.length ?? 0)} {owners === '' ? '' : `(${owners})`}
      {behind
        .filter((thing) => thing !== rule)
        .map((thing) => (
          <div key={`${thing.place} ${thing.kind} ${thing.key}`}>
            <Source thing={thing} nodeId={nodeId} />
          </div>
        ))}
    </li>
  );
}

/** Whether a rule did something to the packet: it found an element for it, or nothing came after it. */
const matters = ({ kind, behind }: Step, at: number, steps: readonly Step[]) =>
  kind !== 'rule' || behind.length > 1 || at === steps.length - 1;

interface HopsProps {
  readonly hops: readonly ReachabilityHop[];
  readonly nodes: readonly Node[];
  /** Every rule that the packet met, instead of those that did something to it. */
  readonly everyRule: boolean;
}

/** The way of a packet, node by node and hook by hook; each rule tells whose it is. */
export function Hops({ hops, nodes, everyRule }: HopsProps) {
  return (
    <ol className="plain">
      {hops.map(({ node, steps }, at) => {
        const nodeId = nodes.find(({ name }) => name === node)?.id;
        return (
          <li key={`${node} ${at}`}>
            <Title order={3} size="h5">
              {node}
            </Title>
            <ol className="hops">
              {(everyRule ? steps : steps.filter(matters)).map((step, index) => (
                <StepView key={`${step.kind} ${step.text} ${index}`} step={step} nodeId={nodeId} />
              ))}
            </ol>
          </li>
        );
      })}
    </ol>
  );
}
