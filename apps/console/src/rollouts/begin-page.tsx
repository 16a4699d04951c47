import { NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { dataOf, list, type WeftClient } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Page } from '../show/page.tsx';
import { Problem } from '../show/problem.tsx';
import { Question } from '../show/question.tsx';
import { CHANGES, type Filled, rolloutOf, USUAL } from './begin-form.ts';

/** Nodes that a question names one by one. */
const NAMED_MAX = 30;

const counted = ({ length }: readonly string[]) => (length === 1 ? '1 node' : `${length} nodes`);

const named = (names: readonly string[]) =>
  names.length > NAMED_MAX ? `${names.slice(0, NAMED_MAX).join(', ')} and ${names.length - NAMED_MAX} more` : names.join(', ');

/** The nodes that a rollout of the selector would change, by name. Throws Error when there is none. */
async function namesOf(client: WeftClient, labelSelector: string | null): Promise<string[]> {
  const query = { limit: 1000, ...(labelSelector === null ? {} : { labelSelector }) };
  const names: string[] = [];
  for await (const { name } of list(client, '/nodes', { query })) names.push(name);
  if (names.length === 0) throw new Error('There is no node with these labels.');
  return names.sort();
}

/** Begins a rollout. The API checks everything that can be known before anything is changed, and says what is in the way. */
export function BeginRolloutPage() {
  const { client } = useSession();
  const [, go] = useLocation();
  const [filled, setFilled] = useState(USUAL);
  const fill = (part: Partial<Filled>) => setFilled((before) => ({ ...before, ...part }));
  const rollout = rolloutOf(filled);
  const chosen = useMutation({ mutationFn: () => namesOf(client, rollout.labelSelector ?? null) });

  function submit(event: SubmitEvent) {
    event.preventDefault();
    chosen.mutate();
  }

  async function begin() {
    const { id } = await dataOf(client.POST('/rollouts', { body: rollout }));
    go(`/rollouts/${id}`);
  }

  return (
    <Page
      title="Begin a rollout"
      about="Nothing is changed when a node cannot run it, or a service asks for what the backend cannot do: you are told which."
    >
      <form onSubmit={submit}>
        <Stack maw="32rem">
          <NativeSelect
            label="Change every node to"
            required
            data={[{ value: '', label: 'Choose…' }, ...CHANGES.map(({ label }, at) => ({ value: String(at), label }))]}
            value={filled.change === null ? '' : String(filled.change)}
            onChange={({ currentTarget: { value } }) => fill({ change: value === '' ? null : Number(value) })}
          />
          <TextInput
            label="Nodes with labels"
            description="A selector such as rack=1,!old. Left empty: every node"
            value={filled.labelSelector}
            onChange={(event) => fill({ labelSelector: event.currentTarget.value })}
          />
          <TextInput
            label="Canaries"
            description="How many go first, or their names with commas; the others wait until all of these are done"
            required
            value={filled.canary}
            onChange={(event) => fill({ canary: event.currentTarget.value })}
          />
          <NumberInput
            label="At a time"
            description="Nodes that may be in the middle of the change or not Ready"
            min={1}
            max={100}
            value={filled.maxUnavailable}
            onChange={(maxUnavailable) => fill({ maxUnavailable })}
          />
          <NumberInput
            label="Seconds to stay well"
            description="How long a changed node has to before it is done and the next one begins"
            min={0}
            max={86_400}
            value={filled.soakSeconds}
            onChange={(soakSeconds) => fill({ soakSeconds })}
          />
          <Radio.Group
            label="When a node fails"
            value={filled.onFailure}
            onChange={(onFailure) => fill({ onFailure: onFailure === 'halt' ? 'halt' : 'revert' })}
          >
            <Stack gap="xs">
              <Radio value="revert" label="Take the change back on every node that has it" />
              <Radio value="halt" label="Leave everything as it is, and wait for me" />
            </Stack>
          </Radio.Group>
          <Problem error={chosen.error} />
          <PermittedButton permission="rollout.write" type="submit" loading={chosen.isPending}>
            Begin…
          </PermittedButton>
        </Stack>
      </form>
      <Question
        asked={chosen.isSuccess}
        title={`Change ${counted(chosen.data ?? [])} to ${CHANGES[filled.change ?? -1]?.label}?`}
        confirm="Begin"
        act={begin}
        close={chosen.reset}
      >
        {named(chosen.data ?? [])}. Canaries go first, then {filled.maxUnavailable} at a time.
      </Question>
    </Page>
  );
}
