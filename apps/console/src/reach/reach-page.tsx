import { Checkbox, Loader, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dataOf, readFrom, readTo } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { ReachabilityQuestion } from '../api.ts';
import { receivers, senders } from '../packets/choices.ts';
import { EndInput } from '../packets/end-input.tsx';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Page } from '../show/page.tsx';
import { Problem } from '../show/problem.tsx';
import { ReachAnswer } from './reach-answer.tsx';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** A question as it stands in the form and in the address. */
interface Written {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly live: boolean;
}

const writtenIn = (search: URLSearchParams): Written => ({
  from: search.get('from') ?? '',
  to: search.get('to') ?? '',
  protocol: search.get('protocol') ?? 'TCP',
  live: search.get('against') === 'live',
});

/** Throws UnreadableError for ends that cannot be read. */
const questionOf = ({ from, to, protocol, live }: Written): ReachabilityQuestion => ({
  from: readFrom(from.trim()),
  ...readTo(to.trim()),
  protocol: PROTOCOLS.find((one) => one === protocol) ?? 'TCP',
  against: live ? 'live' : 'desired',
});

/** The answer to the question of the address, asked anew whenever `times` is otherwise. */
function useReachability(written: Written, times: number) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['reachability', written, times],
    enabled: written.from !== '' && written.to !== '',
    retry: false,
    queryFn: async () => dataOf(client.POST('/reachability', { body: questionOf(written) })),
  });
}

/** Says what becomes of a connection and by which rules, without sending a packet. The question stands in the address, so that it can be passed on. */
export function ReachPage() {
  const [search, setSearch] = useSearchParams();
  const asked = writtenIn(search);
  const [written, setWritten] = useState(asked);
  const [times, setTimes] = useState(0);
  const answer = useReachability(asked, times);
  const change = (part: Partial<Written>) => setWritten((before) => ({ ...before, ...part }));

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const { from, to, protocol, live } = written;
    setSearch({ from, to, protocol, against: live ? 'live' : 'desired' }, { replace: true });
    setTimes((count) => count + 1);
  }

  return (
    <Page title="Reach" about="What becomes of a connection, and by which rules. It is computed; no packet is sent.">
      <form className="form-row" onSubmit={submit}>
        <EndInput
          label="From"
          placeholder="pod/default/web-1"
          value={written.from}
          onChange={(from) => change({ from })}
          choices={senders}
        />
        <EndInput
          label="To"
          placeholder="service/default/web:80"
          value={written.to}
          onChange={(to) => change({ to })}
          choices={receivers}
        />
        <NativeSelect
          label="Protocol"
          data={[...PROTOCOLS]}
          value={written.protocol}
          onChange={(event) => change({ protocol: event.currentTarget.value })}
        />
        <Checkbox
          label="By what is in the kernels now"
          checked={written.live}
          onChange={(event) => change({ live: event.currentTarget.checked })}
        />
        <PermittedButton permission="reachability.read" type="submit" loading={answer.isFetching}>
          Ask
        </PermittedButton>
      </form>
      <Problem error={answer.error} />
      {answer.isFetching ? <Loader aria-label="Asking" /> : null}
      {answer.data === undefined || answer.isFetching ? null : <ReachAnswer answer={answer.data} from={asked.from} to={asked.to} />}
    </Page>
  );
}
