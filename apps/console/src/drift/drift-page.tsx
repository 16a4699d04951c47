import { NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Page } from '../show/page.tsx';
import { DriftTable } from './drift-table.tsx';
import { FleetFreeze } from './fleet-freeze.tsx';

const HOUR_MS = 3_600_000;

/** How far back one can look. */
const SPANS = [
  { value: '24', label: 'in the last day' },
  { value: '168', label: 'in the last week' },
  { value: '', label: 'as long as it is kept' },
] as const;

/** From when on; a whole hour, so that whoever comes back soon finds the list that is there already. */
const sinceOf = (hours: string): Readonly<Record<string, string>> =>
  hours === '' ? {} : { since: new Date((Math.floor(Date.now() / HOUR_MS) - Number(hours)) * HOUR_MS).toISOString() };

/** Changes that others made to what is ours, as nodes tell of them, and the freeze that holds everything still. */
export function DriftPage() {
  const [search, setSearch] = useSearchParams();
  const hours = search.get('hours') ?? SPANS[0].value;
  const list = useLive(
    '/drift-events',
    useMemo(() => sinceOf(hours), [hours]),
  );
  return (
    <Page
      title="Drift"
      about="What somebody else changed of what is ours on nodes, who it was where the kernel says it, and what became of it."
      aside={
        <NativeSelect
          aria-label="How far back"
          data={[...SPANS]}
          value={hours}
          onChange={(event) => setSearch({ hours: event.currentTarget.value }, { replace: true })}
        />
      }
    >
      <FleetFreeze />
      <Waiting for={list}>
        <DriftTable
          events={list.items}
          empty="Nobody has changed anything of ours. A node hears of most changes at once, and looks at everything every minute."
        />
      </Waiting>
    </Page>
  );
}
