// Prints the newest changes and who made them: `node who-changed-what.ts [number]`.
import { createClient, list } from '@weft/sdk';

const { WEFT_URL: url = 'http://127.0.0.1:7070', WEFT_TOKEN: token = '' } = process.env;
const count = Number(process.argv[2] ?? 10);

const weft = createClient({ url, token, retries: 4 });

let seen = 0;
for await (const { at, actor, operation, object } of list(weft, '/audit-events', { query: { limit: Math.min(count, 1000) } })) {
  console.log(`${at} ${actor.name} ${operation} ${object.kind} ${object.name}`);
  if (++seen === count) break;
}
