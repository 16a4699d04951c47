// Creates a service and its pods, and waits until every node has them: `node publish-a-service.ts <namespace>`.
import { createClient, dataOf, isRefusal, watch } from '@weft/sdk';

const { WEFT_URL: url = 'http://127.0.0.1:7070', WEFT_TOKEN: token = '' } = process.env;
const [namespace = 'default'] = process.argv.slice(2);

// What got no answer is sent again, with the same idempotency key: there is never a second service.
const weft = createClient({ url, token, retries: 4 });

try {
  await dataOf(weft.POST('/namespaces', { body: { name: namespace } }));
} catch (error) {
  if (!isRefusal(error, 'NameTaken')) throw error;
}

const ports = [{ port: 80, targetPort: 8080 }];
const service = await dataOf(weft.POST('/services', { body: { name: 'web', namespace, selector: { app: 'web' }, ports } }));
console.log(`${service.name} answers at ${service.clusterIP}`);

for await (const event of watch(weft, '/services', { query: { namespace, name: 'web' }, signal: AbortSignal.timeout(30_000) })) {
  if (event.type === 'BOOKMARK') continue;
  console.log(`${event.object.name} is ${event.object.status.phase}`);
  if (event.object.status.phase === 'Programmed') break;
}
