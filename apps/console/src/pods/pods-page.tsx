import { TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { Pod } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { fullName } from '../show/object-link.tsx';
import { Page } from '../show/page.tsx';
import { PodTable } from './pod-table.tsx';

const fits = (pod: Pod, words: string): boolean =>
  [fullName(pod), pod.ip, pod.node, pod.status.phase, ...Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`)].some((text) =>
    text.toLowerCase().includes(words),
  );

/** All pods, as they are now. What is looked for stands in the address, so that it can be passed on. */
export function PodsPage() {
  const list = useLive('/pods');
  const [search, setSearch] = useSearchParams();
  const words = search.get('text') ?? '';
  const pods = useMemo(() => list.items.filter((pod) => fits(pod, words.toLowerCase())), [list.items, words]);
  return (
    <Page
      title="Pods"
      aside={
        <TextInput
          aria-label="Filter pods"
          placeholder="Name, label, address or node"
          value={words}
          onChange={(event) => setSearch(event.currentTarget.value === '' ? {} : { text: event.currentTarget.value }, { replace: true })}
        />
      }
    >
      <Waiting for={list}>
        <PodTable pods={pods} empty="There is no such pod." />
      </Waiting>
    </Page>
  );
}
