import { readFileSync } from 'node:fs';
import { maxHeaderSize } from 'node:http';
import { LIST_LIMIT, WAIT_MAX_SECONDS } from '@weft/contract';
import { TOKEN_LIFE_SECONDS } from '@weft/model';
import { expect, it } from 'vitest';
import { CAPTURES_MAX } from '../../src/captures/captures.ts';
import { LIMITS as COMPILING } from '../../src/compiling/rules-compiler.ts';
import { readConfig } from '../../src/config.ts';
import { PLACES, SHARE, STRANGERS_PER_SECOND } from '../../src/http/admission.ts';
import { BODY_LIMIT } from '../../src/http/json-body.ts';
import { IN_LINE_MS, LINE_MOST } from '../../src/http/pulls-first.ts';
import { BURST_SECONDS } from '../../src/http/rate-limit.ts';
import { REQUEST_TIMEOUT_MS } from '../../src/http/server.ts';
import { PLANS_WAITING } from '../../src/plans/plan-compilers.ts';
import { TRACES_MAX } from '../../src/traces/traces.ts';
import { WATCHERS_MAX } from '../../src/watch/watches.ts';

interface Schema {
  readonly $ref?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const DOCUMENT = JSON.parse(readFileSync(new URL('../../../../openapi/weft.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const nameOf = ({ $ref = '' }: Schema) => $ref.split('/').at(-1) ?? '';

/** The most that a value of a schema can be, in words; empty where its type says all. */
function mostOf(schema: Schema): string {
  if (schema.$ref !== undefined) return mostOf(DOCUMENT.components.schemas[nameOf(schema)] ?? {});
  if (schema.anyOf !== undefined) return schema.anyOf.map(mostOf).filter(Boolean).join(' or ');
  if (schema.maxLength !== undefined) return `${schema.maxLength} characters`;
  if (schema.maxItems !== undefined) return [`${schema.maxItems} items`, mostOf(schema.items ?? {})].filter(Boolean).join(' of ');
  if (schema.maxProperties !== undefined) return `${schema.maxProperties} entries`;
  if (schema.minimum !== undefined && schema.maximum !== undefined) return `${schema.minimum} to ${schema.maximum}`;
  return '';
}

/** Schemas that requests are made of, with those inside them. */
function requested(): string[] {
  const found = new Set<string>();
  const visit = (schema: Schema): void => {
    const name = nameOf(schema);
    if (name !== '' && !found.has(name)) {
      found.add(name);
      visit(DOCUMENT.components.schemas[name] ?? {});
    }
    for (const inner of [...(schema.anyOf ?? []), ...Object.values(schema.properties ?? {}), schema.items ?? {}])
      if (Object.keys(inner).length > 0) visit(inner);
  };
  for (const methods of Object.values(DOCUMENT.paths))
    for (const { requestBody } of Object.values(methods)) for (const { schema } of Object.values(requestBody?.content ?? {})) visit(schema);
  return [...found].sort();
}

const rowsOf = (name: string) =>
  Object.entries(DOCUMENT.components.schemas[name]?.properties ?? {}).flatMap(([field, schema]) => {
    const most = mostOf(schema);
    return most === '' ? [] : [`| \`${name}.${field}\` | ${most} |`];
  });

const { WEFT_REQUESTS_PER_SECOND: perSecond } = readConfig({ DATABASE_URL: 'postgresql:///x' });
const KIB = 1024;

const PAGE = `# Limits

Whatever comes is bounded; nothing is cut off quietly. This page is generated from the code and from \`openapi/weft.json\`, by \`apps/control-plane/test/access/limits-page.spec.ts\`.

## Requests

| what | most | beyond it |
|---|---|---|
| requests of one token a second, at each replica | ${perSecond} (\`WEFT_REQUESTS_PER_SECOND\`), after a pause ${BURST_SECONDS} seconds' worth at once | 429 \`TooManyRequests\`, \`Retry-After\` |
| requests a second from one address by callers that a replica has not let in before | ${STRANGERS_PER_SECOND}, after a pause ${BURST_SECONDS} seconds' worth at once | 429 \`TooManyRequests\`, \`Retry-After\` |
| requests of one token under way at a time, at each replica | ${SHARE.people}; of a node ${SHARE.nodes}, and ${SHARE.pulls} pulls | 429 \`TooManyRequests\`, \`Retry-After\` |
| requests of people under way at a time, at each replica | ${PLACES.people} | 503 \`Unavailable\`, \`Retry-After\` |
| requests under way at a time by callers that a replica has not let in before | ${PLACES.strangers}, beside both | 429 \`TooManyRequests\`, \`Retry-After\` |
| requests of nodes under way at a time, at each replica | ${PLACES.nodes}, and ${PLACES.pulls} pulls, beside those of people | 503 \`Unavailable\`, \`Retry-After\` |
| reports that stand back for nodes that pull, at each replica | ${LINE_MOST}; of a node ${SHARE.nodes}; ${IN_LINE_MS / 1000} s | goes on at once |
| open watches of each replica | ${WATCHERS_MAX} | 503 \`Unavailable\`, \`Retry-After\` |
| captures that each replica sends at a time, and packets that it follows | ${CAPTURES_MAX}, ${TRACES_MAX} | 503 \`Unavailable\`, \`Retry-After\` |
| rules of nodes in the past that are compiled at a time, at each replica | one answer, ${COMPILING.waiting} wait; ${COMPILING.nodeMs / 1000} s, ${COMPILING.heapMb} MB | 503 \`Unavailable\`, \`Retry-After\` |
| plans that are compiled at a time, at each replica | one that changes the cluster or nodes and one that does not, ${PLANS_WAITING} wait for each; ${COMPILING.nodeMs / 1000} s for each node, ${COMPILING.heapMb} MB | 503 \`Unavailable\`, \`Retry-After\` |
| body | ${BODY_LIMIT / KIB} KiB | 413 \`PayloadTooLarge\` |
| URL and headers together | ${maxHeaderSize / KIB} KiB | 400 \`BadRequest\` |
| one header that weft reads | 255 characters | 400 \`BadRequest\` |
| time to send a request | ${REQUEST_TIMEOUT_MS / 1000} s | 400 \`BadRequest\` |
| \`Prefer: wait\` | ${WAIT_MAX_SECONDS} s | waits that long |
| objects in one answer of a list | ${LIST_LIMIT.max}, ${LIST_LIMIT.default} unless asked for | 422 \`ValidationFailed\`; \`nextCursor\` goes on |
| life of an API token | ${TOKEN_LIFE_SECONDS.max / 86_400} days, ${TOKEN_LIFE_SECONDS.default / 86_400} unless asked for | 422 \`ValidationFailed\` |
| what a namespace holds | its [quota](howto/access.md#quotas) | 409 \`QuotaExceeded\` |

## Fields

| field of a request | most |
|---|---|
${requested().flatMap(rowsOf).join('\n')}
`;

it('is what docs/limits.md says', async () => {
  await expect(PAGE).toMatchFileSnapshot('../../../../docs/limits.md');
});
