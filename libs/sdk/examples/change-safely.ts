// Changes a service only as it was read, and shows first what that would do to every kernel: `node change-safely.ts <namespace> <name>`.
import { createClient, dataOf, isRefusal, list, planOf } from '@weft/sdk';

const { WEFT_URL: url = 'http://127.0.0.1:7070', WEFT_TOKEN: token = '' } = process.env;
const [namespace = 'default', name = 'web'] = process.argv.slice(2);

const weft = createClient({ url, token, retries: 4 });
const body = { sessionAffinity: 'ClientIP' } as const;

for await (const { id } of list(weft, '/services', { query: { namespace, name } })) {
  const { response } = await weft.GET('/services/{id}', { params: { path: { id } } });
  const params = { path: { id }, header: { 'If-Match': response.headers.get('etag') ?? '*' } };
  const plan = await planOf(weft.PATCH('/services/{id}', { params: { ...params, query: { dryRun: 'plan' } }, body }));
  console.log(`would change ${plan.changes.length} objects, and rules on ${plan.nodes.flatMap(({ nodes }) => nodes).length} nodes`);
  try {
    const changed = await dataOf(weft.PATCH('/services/{id}', { params: { ...params, query: { planToken: plan.planToken } }, body }));
    console.log(`${changed.name} has session affinity ${changed.sessionAffinity}`);
  } catch (error) {
    if (!isRefusal(error, 'PreconditionFailed', 'PlanOutdated')) throw error;
    console.log('somebody else was faster: look again');
  }
}
