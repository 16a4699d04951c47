import { Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Node } from '../api.ts';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Asked } from '../show/asked.tsx';
import { Problem } from '../show/problem.tsx';

type Hold = Partial<Pick<Node, 'frozen' | 'driftPolicy'>>;

/** The question before a node is held still, and the one before it is let go. */
const FREEZE = {
  label: 'Freeze the node…',
  verb: 'Freeze',
  about:
    'Nothing changes in its kernel until it is let go: no new state, no repair. Traffic goes on as it is, and nobody waits for it. After a reboot it serves nothing.',
};
const UNFREEZE = {
  label: 'Unfreeze the node…',
  verb: 'Unfreeze',
  about: 'It takes at once what was asked for meanwhile. What others have changed is undone, or told if it observes.',
};

/** What a node does about changes of others, and whether it changes anything at all. */
export function NodeHold({ node: { id, name, frozen, driftPolicy } }: { node: Node }) {
  const { client } = useSession();
  const hold = useMutation({
    mutationFn: (body: Hold) => client.PATCH('/nodes/{id}', { params: { path: { id }, header: { 'If-Match': '*' } }, body }),
  });
  const repairs = driftPolicy === 'repair';
  const { label, verb, about } = frozen ? UNFREEZE : FREEZE;
  return (
    <>
      <Group>
        <PermittedButton
          permission="node.write"
          variant="default"
          loading={hold.isPending}
          onClick={() => hold.mutate({ driftPolicy: repairs ? 'observe' : 'repair' })}
        >
          {repairs ? 'Observe: only tell of it' : 'Repair: undo it at once'}
        </PermittedButton>
        <Asked
          label={label}
          title={`${verb} ${name}?`}
          confirm={`${verb} ${name}`}
          permission="node.write"
          act={() => hold.mutateAsync({ frozen: !frozen })}
        >
          {about}
        </Asked>
        <span>
          {frozen
            ? 'Frozen: nothing changes in its kernel, and what others change stays.'
            : repairs
              ? 'What others change is undone at once.'
              : 'What others change stays and is told.'}
        </span>
      </Group>
      <Problem error={hold.error} />
    </>
  );
}
