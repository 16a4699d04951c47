import { Alert, Checkbox, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Node, Reachability } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Hops } from '../packets/hops.tsx';
import { Facts } from '../show/facts.tsx';
import { Phase } from '../show/phase.tsx';

type Path = Reachability['paths'][number];

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Where a path ends: `100.64.1.3:8080, pod default/web-1 on node-1`. */
function endOf({ ip, port, node, pod }: Path['destination']): string {
  const whom = pod === null ? node : `pod ${pod} on ${node}`;
  return `${ip}:${port}${whom === null ? '' : `, ${whom}`}`;
}

/** Whose address the destination sees, and what would keep it. */
function sourceOf({ source, masqueradedBy }: Path): string {
  if (masqueradedBy === null) return `${source}, as it was sent`;
  const { node, remedy } = masqueradedBy;
  return `${source}: masqueraded by ${node}${remedy === null ? '' : `; kept by ${remedy}`}`;
}

function PathView({ path, nodes, everyRule }: { path: Path; nodes: readonly Node[]; everyRule: boolean }) {
  const { share, verdict, why, destination, there, back } = path;
  return (
    <section className="way">
      <Title order={3} size="h4">
        <Phase phase={verdict} />: {percent(share)} to {endOf(destination)}
      </Title>
      <Facts of={[...(why === null ? [] : [['Because', why] as const]), ['It sees', sourceOf(path)]]} />
      <Hops hops={there} nodes={nodes} everyRule={everyRule} />
      {back.length === 0 ? null : (
        <details>
          <summary>The way of the answer</summary>
          <Hops hops={back} nodes={nodes} everyRule={everyRule} />
        </details>
      )}
    </section>
  );
}

interface ReachAnswerProps {
  readonly answer: Reachability;
  /** The ends, as they were written. */
  readonly from: string;
  readonly to: string;
}

/** The verdict, what may make it untrue, then each way that connections take, node by node. */
export function ReachAnswer({ answer, from, to }: ReachAnswerProps) {
  const { verdict, against, revision, source, destination, why, paths, notes } = answer;
  const { items } = useLive('/nodes');
  const [everyRule, setEveryRule] = useState(false);
  const whom = destination === null ? 'nobody' : `${destination.ip}:${destination.port} ${destination.protocol}`;
  return (
    <>
      <section>
        <Title order={2} size="h3">
          <Phase phase={verdict} />: {source ?? 'nobody'} to {whom}
        </Title>
        <p>
          {why === null ? '' : `${why}. `}
          {against === 'live' ? 'By what is in the kernels now' : `By what nodes are to have as of revision ${revision}`}.{' '}
          <Link href={`/trace?${new URLSearchParams({ from, to })}`}>Send a real packet</Link>
        </p>
      </section>
      {notes.map(({ code, node, text }) => (
        <Alert key={`${code} ${node}`} color="yellow">
          {text}
        </Alert>
      ))}
      {paths.length === 0 ? null : (
        <Checkbox
          label="Also rules that only looked at it"
          checked={everyRule}
          onChange={(event) => setEveryRule(event.currentTarget.checked)}
        />
      )}
      {paths.map((path) => (
        <PathView key={`${path.destination.ip}:${path.destination.port}`} path={path} nodes={items} everyRule={everyRule} />
      ))}
    </>
  );
}
