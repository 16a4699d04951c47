import { Tabs } from '@mantine/core';
import { Link } from 'wouter';
import type { Node } from '../api.ts';
import { ObjectHistory } from '../audit/object-history.tsx';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { WhatAndHow } from '../show/what-and-how.tsx';
import { When } from '../show/when.tsx';
import { Approval } from './approval.tsx';
import { DrainControl } from './drain-control.tsx';
import { DrainProgress } from './drain-progress.tsx';
import { NodeDrift } from './node-drift.tsx';
import { NodePods } from './node-pods.tsx';
import { NodeRules } from './node-rules.tsx';

function NodeView({ node }: { node: Node }) {
  const { status } = node;
  const { capabilities } = status;
  return (
    <Page
      title={node.name}
      aside={
        <>
          <Phase phase={status.phase} />
          <Approval node={node} />
          <DrainControl node={node} />
        </>
      }
    >
      {status.drain === null ? null : <DrainProgress drain={status.drain} />}
      <WhatAndHow
        what={[
          ['Address', node.address ?? 'none yet'],
          ['Backend', `${node.backend}, pods by ${node.podLink}`],
          ['Pod addresses', node.podBlocks.join(', ')],
          [
            'Then',
            <Link key="then" href={`/history?node=${node.name}`}>
              what it had to have, at any time
            </Link>,
          ],
          ['Revision', `${status.appliedRevision} applied of ${status.desiredRevision}`],
          ['Last heard of', <When key="seen" at={status.lastSeenAt} />],
          ...(capabilities === null ? [] : [['Host', `kernel ${capabilities.kernel}, executor ${capabilities.executorVersion}`] as const]),
        ]}
        conditions={status.conditions}
        problems={capabilities?.problems ?? []}
      />
      <Tabs defaultValue="rules" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="pods">Pods</Tabs.Tab>
          <Tabs.Tab value="drift">Drift</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="rules">
          <NodeRules node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="pods">
          <NodePods node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="drift">
          <NodeDrift node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <ObjectHistory id={node.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** One node: how it is, what is in its kernel and whose that is, what runs there. */
export function NodePage({ id }: { id: string }) {
  const list = useLive('/nodes');
  const node = list.byId.get(id);
  return (
    <Waiting for={list}>
      {node === undefined ? <Page title="No such node">It was removed, or this token may not see it.</Page> : <NodeView node={node} />}
    </Waiting>
  );
}
