import { Alert, Button, FileButton, Group, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { applyOf, type components, dataOf, documentsIn, ownDocuments, planOf, type WeftClient } from '@weft/sdk';
import { useState } from 'react';
import { Link } from 'wouter';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { fullName, ObjectLink } from '../show/object-link.tsx';
import { Page } from '../show/page.tsx';
import { Problem } from '../show/problem.tsx';
import { PlanReview } from './plan-review.tsx';

type Applied = components['schemas']['Applied'];

/** Reads documents, also manifests of Kubernetes, and asks what they would change. Throws UnreadableError and ApiError. */
async function planned(client: WeftClient, source: string) {
  const { documents, leftOut } = ownDocuments(await documentsIn(source, 'the text'));
  const body = applyOf(documents);
  return { body, leftOut, plan: await planOf(client.POST('/applies', { params: { query: { dryRun: 'plan' } }, body })) };
}

type Planned = Awaited<ReturnType<typeof planned>>;

const EXAMPLE = `kind: service
name: web
selector: { app: web }
ports: [{ port: 80, targetPort: 8080 }]`;

function Done({ applied: { documents } }: { applied: Applied }) {
  return (
    <Alert color="green" title="Applied, exactly as planned" role="status">
      <ul className="plain">
        {documents.map((document) => (
          <li key={document.id}>
            {document.kind}{' '}
            <ObjectLink kind={document.kind} id={document.id}>
              {fullName(document)}
            </ObjectLink>{' '}
            {document.operation ?? 'was so already'}
          </li>
        ))}
      </ul>
      <Link href="/">See how it gets live</Link>
    </Alert>
  );
}

/** What of the manifests has no meaning here: nothing is left out without being named. */
function LeftOut({ paths }: { paths: readonly string[] }) {
  if (paths.length === 0) return null;
  return (
    <Alert color="yellow" title="Left out: these fields have no meaning here">
      <ul className="plain">
        {paths.map((path) => (
          <li key={path}>
            <code>{path}</code>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Documents are shown, what they would change is reviewed, and exactly that is applied. */
export function PlanPage() {
  const { client } = useSession();
  const [source, setSource] = useState('');
  const plan = useMutation({ mutationFn: () => planned(client, source) });
  const apply = useMutation({
    mutationFn: ({ body, plan: { planToken } }: Planned) => dataOf(client.POST('/applies', { params: { query: { planToken } }, body })),
  });

  /** What was planned is not what is written any more. */
  function write(text: string) {
    setSource(text);
    plan.reset();
    apply.reset();
  }

  function review() {
    apply.reset();
    plan.mutate();
  }

  const isOver = apply.isSuccess;
  return (
    <Page title="Plan">
      <Textarea
        label="Documents"
        description="Namespaces, services, pods and endpoints, in YAML or JSON; also Services, Pods and Namespaces of Kubernetes as they are. Nothing is changed before you apply."
        placeholder={EXAMPLE}
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
        classNames={{ input: 'source' }}
        value={source}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <Group>
        <PermittedButton permission="apply.write" onClick={review} loading={plan.isPending} disabled={source.trim() === ''}>
          Plan
        </PermittedButton>
        <FileButton accept=".yaml,.yml,.json" onChange={(file) => void file?.text().then(write)}>
          {(props) => (
            <Button variant="default" {...props}>
              Take a file…
            </Button>
          )}
        </FileButton>
      </Group>
      <Problem error={plan.error} />
      {plan.data === undefined || isOver ? null : (
        <>
          <LeftOut paths={plan.data.leftOut} />
          <PlanReview plan={plan.data.plan} />
          <Problem error={apply.error} />
          <Group>
            <Button color="red" loading={apply.isPending} onClick={() => apply.mutate(plan.data)}>
              Apply exactly this
            </Button>
            {apply.isError ? (
              <Button variant="default" onClick={review}>
                Plan again
              </Button>
            ) : null}
          </Group>
        </>
      )}
      {apply.data === undefined ? null : <Done applied={apply.data} />}
    </Page>
  );
}
