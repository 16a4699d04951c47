import { NativeSelect, Tabs, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useLive } from '../live/use-live.ts';
import { PermittedButton } from '../session/permitted-button.tsx';
import { Page } from '../show/page.tsx';
import { Problem } from '../show/problem.tsx';
import { BringBack } from './bring-back.tsx';
import { RulesDifference } from './rules-difference.tsx';
import { RulesThen } from './rules-then.tsx';
import { settled, spanIn } from './span.ts';

const MOMENT = 'A revision, a time, or how long ago: 4711, 2026-11-21T08:00Z, 2h';

/** What a node had to have in its kernel at any time, how that differs from another time, and how to have objects back. The question stands in the address. */
export function HistoryPage() {
  const [search, setSearch] = useSearchParams();
  const list = useLive('/nodes');
  const nodes = list.items;
  const asked = spanIn(search);
  const [written, setWritten] = useState(asked);
  const [problem, setProblem] = useState<unknown>(null);
  const names = nodes.map(({ name }) => name).toSorted();
  const node = nodes.find(({ name }) => name === asked.node);
  const change = (part: Partial<typeof asked>) => setWritten((before) => ({ ...before, ...part }));

  function submit(event: SubmitEvent) {
    event.preventDefault();
    try {
      const span = settled({ ...written, node: written.node === '' ? (names[0] ?? '') : written.node });
      setWritten(span);
      setSearch({ ...span }, { replace: true });
      setProblem(null);
    } catch (error) {
      setProblem(error);
    }
  }

  return (
    <Page title="History" about="What a node had to have in its kernel then, what is otherwise since, and how to have it back.">
      <form className="form-row" onSubmit={submit}>
        <NativeSelect label="Node" data={names} value={written.node} onChange={(event) => change({ node: event.currentTarget.value })} />
        <TextInput
          label="Then"
          className="end"
          description={MOMENT}
          required
          value={written.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput
          label="Compared with"
          description="Left empty: now"
          value={written.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
        <TextInput
          label="A part of the rule"
          description="Left empty: all"
          value={written.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
        <PermittedButton permission="rule.read" type="submit" disabled={names.length === 0}>
          Show
        </PermittedButton>
      </form>
      <Problem error={problem ?? list.refused} />
      {list.phase === 'live' && names.length === 0 ? <Text>There is no node yet. Let one join: see Join.</Text> : null}
      {asked.node === '' || node !== undefined || names.length === 0 ? null : (
        <Text>There is no node {asked.node}. Choose one that is there; of one that has left, Audit tells.</Text>
      )}
      {search.get('from') === null || node === undefined ? null : (
        <Tabs defaultValue="difference" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="difference">What is otherwise</Tabs.Tab>
            <Tabs.Tab value="rules">Rules then</Tabs.Tab>
            <Tabs.Tab value="back">Bring back</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="difference">
            <RulesDifference nodeId={node.id} span={asked} />
          </Tabs.Panel>
          <Tabs.Panel value="rules">
            <RulesThen nodeId={node.id} span={asked} />
          </Tabs.Panel>
          <Tabs.Panel value="back">
            <BringBack key={asked.from} to={asked.from} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}
