import { NumberInput, TextInput } from '@mantine/core';
import { readCaptured } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useLive } from '../live/use-live.ts';
import { capturable } from '../packets/choices.ts';
import { EndInput } from '../packets/end-input.tsx';
import { PermittedButton } from '../session/permitted-button.tsx';
import { Page } from '../show/page.tsx';
import { Problem } from '../show/problem.tsx';
import { CaptureProgress } from './capture-progress.tsx';
import { type CaptureOf, useCapture } from './use-capture.ts';

/** What is captured when nothing is said, and the most (docs/howto/trace-and-capture.md). */
const SECONDS = { usual: 60, max: 600 };
const PACKETS = { usual: 1_000, max: 100_000 };

/** The lists of the fleet, in which is found what is meant. */
function useCapturable() {
  const lists = { node: useLive('/nodes'), pod: useLive('/pods'), service: useLive('/services') };
  const waiting = Object.values(lists).some(({ phase, refused }) => phase === 'loading' && refused === null);

  /** Throws UnreadableError for what cannot be read, Error when there is nobody of that name. */
  function find(text: string): CaptureOf {
    const { kind, namespace, name } = readCaptured(text.trim());
    const found = lists[kind].items.find((one) => one.name === name && ('namespace' in one ? one.namespace : '') === namespace);
    if (found === undefined) throw new Error(`there is no ${text}`);
    return { kind, id: found.id, asked: text.trim() };
  }

  return { waiting, find };
}

/** Captures packets of a pod, of the pods behind a service or of a node, until it is stopped or has enough, and keeps them as a file. */
export function CapturePage() {
  const [search] = useSearchParams();
  const [of, setOf] = useState(search.get('of') ?? '');
  const [filter, setFilter] = useState('');
  const [seconds, setSeconds] = useState<number | string>(SECONDS.usual);
  const [count, setCount] = useState<number | string>(PACKETS.usual);
  const [problem, setProblem] = useState<unknown>(null);
  const { captured, start, stop } = useCapture();
  const { waiting, find } = useCapturable();
  const permission = of.startsWith('node/') ? 'node.capture' : 'capture.start';

  function submit(event: SubmitEvent) {
    event.preventDefault();
    setProblem(null);
    try {
      void start(find(of), { filter, seconds: Number(seconds) || SECONDS.usual, count: Number(count) || PACKETS.usual });
    } catch (error) {
      setProblem(error);
    }
  }

  return (
    <Page title="Capture" about="Packets as they pass, as a pcap file. Who captured what is recorded before the first one is sent.">
      <form className="form-row" onSubmit={submit}>
        <EndInput label="Of" placeholder="service/default/web" value={of} onChange={setOf} choices={capturable} />
        <TextInput
          label="Only packets that"
          className="end"
          placeholder="tcp and port 8080"
          description="As tcpdump filters; numbers only. Left empty: all"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <NumberInput label="Seconds" className="number" min={1} max={SECONDS.max} value={seconds} onChange={setSeconds} />
        <NumberInput label="Packets" className="number" min={1} max={PACKETS.max} value={count} onChange={setCount} />
        {captured?.running ? null : (
          <PermittedButton permission={permission} type="submit" loading={waiting}>
            Start
          </PermittedButton>
        )}
      </form>
      <Problem error={problem ?? captured?.error} />
      {captured === null ? null : <CaptureProgress captured={captured} stop={stop} />}
    </Page>
  );
}
