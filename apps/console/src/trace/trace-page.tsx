import { Alert, Checkbox, Loader, NativeSelect, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { dataOf, readFrom, readTo } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Trace } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { receivers, senders } from '../packets/choices.ts';
import { EndInput } from '../packets/end-input.tsx';
import { Hops } from '../packets/hops.tsx';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { Problem } from '../show/problem.tsx';

const LOOK_EVERY_MS = 300;

const PROTOCOLS = ['TCP', 'UDP'] as const;

/** What became of the packet, what could not be seen, and the nodes that it crossed. */
function Found({ trace: { status, protocol } }: { trace: Trace }) {
  const { items } = useLive('/nodes');
  const { phase, verdict, why, notes, hops } = status;
  return (
    <section>
      <Title order={2} size="h4">
        {phase === 'Running' ? <Loader size="sm" aria-label="Under way" /> : <Phase phase={verdict ?? phase} />}: a packet of {protocol}
        {why === null ? '' : `: ${why}`}
      </Title>
      {notes.map(({ code, node, text }) => (
        <Alert key={`${code} ${node}`} color="yellow" my="xs">
          {text}
        </Alert>
      ))}
      <Hops hops={hops} nodes={items} everyRule />
    </section>
  );
}

/** A trace as it goes on, until it is over. */
function useTrace(begun: Trace | undefined) {
  const { client } = useSession();
  const id = begun?.id ?? '';
  return useQuery({
    queryKey: ['trace', id],
    enabled: id !== '',
    queryFn: () => dataOf(client.GET('/traces/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status.phase === 'Running' ? LOOK_EVERY_MS : false),
  });
}

/** Sends a packet, or waits for one, and shows what the kernels did to it. Ends that stand in the address are filled in. */
export function TracePage() {
  const { client } = useSession();
  const [search] = useSearchParams();
  const [from, setFrom] = useState(search.get('from') ?? '');
  const [to, setTo] = useState(search.get('to') ?? '');
  const [protocol, setProtocol] = useState<(typeof PROTOCOLS)[number]>('TCP');
  const [live, setLive] = useState(false);
  const begin = useMutation({
    mutationFn: async () => dataOf(client.POST('/traces', { body: { from: readFrom(from.trim()), ...readTo(to.trim()), protocol, live } })),
  });
  const trace = useTrace(begin.data);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    begin.mutate();
  }

  return (
    <Page title="Trace" about="Sends one real packet and shows what every kernel on its way did to it.">
      <form className="form-row" onSubmit={submit}>
        <EndInput label="From" placeholder="pod/default/web-1" value={from} onChange={setFrom} choices={senders} />
        <EndInput label="To" placeholder="service/default/web:80" value={to} onChange={setTo} choices={receivers} />
        <NativeSelect
          label="Protocol"
          data={[...PROTOCOLS]}
          value={protocol}
          onChange={(event) => setProtocol(PROTOCOLS.find((one) => one === event.currentTarget.value) ?? 'TCP')}
        />
        <Checkbox
          label="Wait for a packet that comes by itself"
          checked={live}
          onChange={(event) => setLive(event.currentTarget.checked)}
        />
        <PermittedButton permission="trace.start" type="submit" loading={begin.isPending}>
          Follow
        </PermittedButton>
      </form>
      <Problem error={begin.error ?? trace.error} />
      {trace.data === undefined ? null : <Found trace={trace.data} />}
    </Page>
  );
}
