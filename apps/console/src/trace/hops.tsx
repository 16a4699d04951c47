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

function StepView({ step, nodeId }: { step: Step; nodeId: string | undefined }) {
  const { kind, hook, text, behind } = step;
  const owners = ownersOf(step);
  return (
    <li>
      <strong>{hook ?? kind}</strong> {text} {owners === '' ? '' : `(${owners})`}
      {behind.map((thing) => (
        <div key={`${thing.place} ${thing.kind} ${thing.key}`}>
          {nodeId === undefined ? (
            <code>{thing.text}</code>
          ) : (
            <Explained
              text={thing.text}
              story={() => <AskedStory thing={{ nodeId, kind: thing.kind, place: thing.place, key: thing.key }} />}
            />
          )}
        </div>
      ))}
    </li>
  );
}

/** The way of a packet, node by node and hook by hook; each rule tells whose it is. */
export function Hops({ hops, nodes }: { hops: readonly ReachabilityHop[]; nodes: readonly Node[] }) {
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
              {steps.map((step, index) => (
                <StepView key={`${step.kind} ${step.text} ${index}`} step={step} nodeId={nodeId} />
              ))}
            </ol>
          </li>
        );
      })}
    </ol>
  );
}
