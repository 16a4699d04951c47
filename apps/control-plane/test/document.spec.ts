import { readFileSync } from 'node:fs';
import { OPERATIONS } from '@weft/contract';
import { openApiText } from '@weft/contract/openapi';
import { expect, it } from 'vitest';
import { previewApp } from '../src/app.ts';
import { Docs } from '../src/docs/docs.ts';

const committed = readFileSync(new URL('../../../openapi/weft.json', import.meta.url), 'utf8');
const document = JSON.parse(committed);

it('is what openapi/weft.json says; run `npx nx run @weft/sdk:schema` after a change', async () => {
  expect(openApiText(await new Docs(previewApp).document())).toBe(committed);
});

it('has every operation of the contract', () => {
  const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(ids.sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
});

it('has no reference that leads nowhere, and no schema that nothing leads to', () => {
  const targets = [...committed.matchAll(/"\$ref": "#\/([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(targets.length).toBeGreaterThan(100);
  const missing = targets.filter((target) => target.split('/').reduce((at, key) => at?.[key], document) === undefined);
  expect(missing).toEqual([]);
  const unused = Object.keys(document.components.schemas).filter((name) => !targets.includes(`components/schemas/${name}`));
  expect(unused).toEqual([]);
});
