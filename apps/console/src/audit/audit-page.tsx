import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { Page } from '../show/page.tsx';
import { type AuditFilters, AuditTimeline } from './timeline.tsx';

const FILTERS = [
  { name: 'object', label: 'Object', hint: 'an id, such as svc_…' },
  { name: 'actor', label: 'Who', hint: 'the name of a token' },
  { name: 'operation', label: 'Operation', hint: 'such as serviceUpdate' },
  { name: 'requestId', label: 'Request', hint: 'the id of a request' },
  { name: 'node', label: 'Node', hint: 'that it concerned' },
] as const;

/** How long to wait for the next letter before asking, in ms. */
const TYPING_MS = 400;

/** Everything that was changed, by whom. The filters stand in the address, so that a finding can be passed on. */
export function AuditPage() {
  const [search, setSearch] = useSearchParams();
  const [settled] = useDebouncedValue(search.toString(), TYPING_MS);
  const filters = useMemo((): AuditFilters => Object.fromEntries(new URLSearchParams(settled)), [settled]);

  function filter(name: string, value: string) {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  }

  return (
    <Page title="Audit">
      <search className="form-row">
        {FILTERS.map(({ name, label, hint }) => (
          <TextInput
            key={name}
            label={label}
            placeholder={hint}
            value={search.get(name) ?? ''}
            onChange={(event) => filter(name, event.currentTarget.value.trim())}
          />
        ))}
      </search>
      <AuditTimeline filters={filters} />
    </Page>
  );
}
