import { readFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

const at = (path: string) => new URL(path, import.meta.url);

it('is made from openapi/weft.json as it is now; run `npx nx run @weft/sdk:schema` after a change', async () => {
  const schema = COMMENT_HEADER + astToString(await openapiTS(at('../../../openapi/weft.json'), { defaultNonNullable: false }));
  expect(schema === readFileSync(at('../src/schema.ts'), 'utf8')).toBe(true);
});
