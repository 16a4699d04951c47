import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly 'x-weft-permission'?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
}

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const { paths } = JSON.parse(readFileSync(at('openapi/weft.json'), 'utf8')) as { paths: Record<string, Record<string, Operation>> };

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, call: `${method.toUpperCase()} ${path}` })),
);

/** Parameters that tell operations of one tag from each other; those of all are explained once. */
const own = ({ parameters = [] }: Operation) => parameters.filter(({ in: place }) => place === 'query').map(({ name }) => `\`${name}\``);

it('writes docs/reference/api.md', async () => {
  const tags = Map.groupBy(operations, ({ tags: [tag = ''] }) => tag);
  const sections = [...tags]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([tag, some]) => [
      `## ${tag}`,
      '',
      '| operation | call | what it does | query | permission |',
      '|---|---|---|---|---|',
      ...some.map(
        (one) =>
          `| \`${one.operationId}\` | \`${one.call}\` | ${one.summary} | ${own(one).join(', ')} | ${one['x-weft-permission'] ?? ''} |`,
      ),
      '',
    ]);
  const text = [
    '# Operations of the API',
    '',
    'Generated from [openapi/weft.json](../../openapi/weft.json), which says everything, by `libs/sdk/test/reference.spec.ts` (`-u` writes it anew). Every path is also served below `/v1`. Errors: [errors.md](../errors.md). Limits: [limits.md](../limits.md).',
    '',
    ...sections,
  ];
  await expect(`${text.join('\n').trimEnd()}\n`).toMatchFileSnapshot(at('docs/reference/api.md'));
});
