import { Tabs, Text } from '@mantine/core';
import type { AuditEvent } from '../api.ts';
import { Facts } from '../show/facts.tsx';
import { JsonDifference } from '../show/json-difference.tsx';
import { Receipts } from './receipts.tsx';
import { RuleChanges } from './rule-changes.tsx';

const nodesOf = ({ concernedNodes }: AuditEvent) => {
  if (concernedNodes === 'all') return 'all nodes';
  return concernedNodes.length === 0 ? 'no node' : concernedNodes.join(', ');
};

/** A change: what it was before and after, what it changed in kernels, and what ran there. */
export function ChangeDetails({ event }: { event: AuditEvent }) {
  return (
    <>
      <Facts
        of={[
          ['Request', <code key="request">{event.requestId}</code>],
          ['From', event.sourceAddress ?? 'inside'],
          ['Concerns', nodesOf(event)],
        ]}
      />
      <Tabs defaultValue="object" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="object">Before and after</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="receipts">What ran</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="object">
          {event.before === null && event.after === null ? (
            <Text>It changed no object.</Text>
          ) : (
            <JsonDifference before={event.before} after={event.after} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <RuleChanges event={event} />
        </Tabs.Panel>
        <Tabs.Panel value="receipts">
          <Receipts requestId={event.requestId} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
