import { List, Title } from '@mantine/core';
import type { Plan } from '../api.ts';
import { type Line, RuleLines } from '../rules/rule-lines.tsx';
import { JsonDifference } from '../show/json-difference.tsx';
import { fullName } from '../show/object-link.tsx';
import { When } from '../show/when.tsx';

type Nodes = Plan['nodes'][number];
type Group = Nodes['groups'][number];

const WORDS = ['added', 'removed', 'replaced', 'moved'] as const;

const linesOf = ({ added, removed, replaced, moved }: Group): Line[] => [
  ...removed.map((object): Line => ({ ...object, sign: '-' })),
  ...replaced.flatMap(({ before, after }): Line[] => [
    { ...before, sign: '-' },
    { ...after, sign: '+' },
  ]),
  ...added.map((object): Line => ({ ...object, sign: '+' })),
  ...moved.map((object): Line => ({ ...object, sign: '!' })),
];

function NodesPlan({ of: { nodes, groups, totals } }: { of: Nodes }) {
  const counts = WORDS.filter((word) => totals[word] > 0).map((word) => `${totals[word]} ${word}`);
  return (
    <section>
      <Title order={3} size="h5">
        {nodes.join(', ')}: {counts.join(', ')}
      </Title>
      {groups.map((group) => (
        <div key={group.owner.id}>
          for {group.owner.kind} {fullName(group.owner)}
          <RuleLines lines={linesOf(group)} />
          {group.notListed === 0 ? null : `and ${group.notListed} more`}
        </div>
      ))}
    </section>
  );
}

/** What a plan comes to: objects first, then rules by node, nodes to which the same happens told once. */
export function PlanReview({ plan: { changes, nodes, notes, revision, expiresAt } }: { plan: Plan }) {
  return (
    <>
      <Title order={2} size="h4">
        What would change, as of revision {revision}
      </Title>
      {changes.length === 0 ? 'No object changes.' : null}
      {changes.map(({ object, operation, before, after }) => (
        <section key={object.id}>
          <Title order={3} size="h5">
            {operation}: {object.kind} {fullName(object)}
          </Title>
          <JsonDifference before={before} after={after} />
        </section>
      ))}
      <Title order={2} size="h4">
        Kernel rules
      </Title>
      {nodes.length === 0 ? 'Nothing changes in any kernel.' : null}
      {nodes.map((of) => (
        <NodesPlan key={of.nodes.join()} of={of} />
      ))}
      {notes.length === 0 ? null : (
        <List>
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
      <p>
        It can be applied until <When at={expiresAt} />, once, by you.
      </p>
    </>
  );
}
