import { Alert, Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { dataOf, planOf, readWhen } from '@weft/sdk';
import { type SubmitEvent, useState } from 'react';
import type { Rollback, RollbackCreate } from '../api.ts';
import { PlanReview } from '../plan/plan-review.tsx';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { fullName } from '../show/object-link.tsx';
import { Problem } from '../show/problem.tsx';

type Kind = NonNullable<RollbackCreate['selection']['kinds']>[number];

const KINDS: readonly Kind[] = ['service', 'pod', 'namespace', 'node'];

/** The form as it is filled in. */
interface Filled {
  readonly kinds: readonly string[];
  readonly namespace: string;
  readonly labelSelector: string;
  readonly deleteNewer: boolean;
}

const USUAL: Filled = { kinds: ['service', 'pod'], namespace: 'default', labelSelector: '', deleteNewer: false };

/** `to` is a revision or a time. */
function rollbackOf(to: string, { kinds, namespace, labelSelector, deleteNewer }: Filled): RollbackCreate {
  const when = readWhen(to);
  return {
    ...('revision' in when ? { toRevision: when.revision } : { toTime: when.at }),
    selection: {
      kinds: KINDS.filter((kind) => kinds.includes(kind)),
      deleteNewer,
      ...(namespace.trim() === '' ? {} : { namespace: namespace.trim() }),
      ...(labelSelector.trim() === '' ? {} : { labelSelector: labelSelector.trim() }),
    },
  };
}

function Done({ rollback: { changes, undoRevision } }: { rollback: Rollback }) {
  return (
    <Alert color="green" title="Brought back, exactly as planned" role="status">
      <ul className="plain">
        {changes.map((change) => (
          <li key={`${change.action} ${change.id}`}>
            {change.action}: {change.kind} {fullName(change)}
          </li>
        ))}
      </ul>
      To undo it, bring the same back to revision {undoRevision}, and delete what was made since.
    </Alert>
  );
}

/** Plans to bring objects back to what they were then, shows what that would change, and does exactly that. */
export function BringBack({ to }: { to: string }) {
  const { client } = useSession();
  const [filled, setFilled] = useState(USUAL);
  const plan = useMutation({
    mutationFn: async () => {
      const body = rollbackOf(to, filled);
      return { body, plan: await planOf(client.POST('/rollbacks', { params: { query: { dryRun: 'plan' } }, body })) };
    },
  });
  const bring = useMutation({
    mutationFn: ({ body, plan: { planToken } }: NonNullable<typeof plan.data>) =>
      dataOf(client.POST('/rollbacks', { params: { query: { planToken } }, body })),
  });

  function fill(part: Partial<Filled>) {
    setFilled((before) => ({ ...before, ...part }));
    plan.reset();
    bring.reset();
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    bring.reset();
    plan.mutate();
  }

  return (
    <>
      <form className="form-row" onSubmit={submit}>
        <Checkbox.Group label="Kinds" value={[...filled.kinds]} onChange={(kinds) => fill({ kinds })}>
          <Group>
            {KINDS.map((kind) => (
              <Checkbox key={kind} value={kind} label={kind} />
            ))}
          </Group>
        </Checkbox.Group>
        <TextInput
          label="Namespace"
          description="Left empty: all"
          value={filled.namespace}
          onChange={(event) => fill({ namespace: event.currentTarget.value })}
        />
        <TextInput
          label="With labels"
          description="Such as app=web"
          value={filled.labelSelector}
          onChange={(event) => fill({ labelSelector: event.currentTarget.value })}
        />
        <Checkbox
          label="Delete what was made since"
          checked={filled.deleteNewer}
          onChange={(event) => fill({ deleteNewer: event.currentTarget.checked })}
        />
        <PermittedButton permission="rollback.write" type="submit" loading={plan.isPending}>
          Plan
        </PermittedButton>
      </form>
      <Problem error={plan.error} />
      {plan.data === undefined || bring.isSuccess ? null : (
        <>
          <PlanReview plan={plan.data.plan} />
          <Problem error={bring.error} />
          <Button color="red" loading={bring.isPending} onClick={() => bring.mutate(plan.data)}>
            Bring back exactly this
          </Button>
        </>
      )}
      {bring.data === undefined ? null : <Done rollback={bring.data} />}
    </>
  );
}
