import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import ts from 'typescript';
import { expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What a reader of the strictest kind compiles with. Its own types only: no Node, no libraries. */
const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noEmit: true,
};

/** A program of somebody who knows the document alone: it does not compile when a type is wider or narrower than the API means. */
const PROGRAM = `
import { type Service, serviceCreate, serviceList } from './client/index.ts';
export async function first(): Promise<Service | undefined> {
  const made = await serviceCreate({ body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80 }] }, throwOnError: true });
  const phase: 'Pending' | 'Frozen' | 'Programmed' | 'Failed' | undefined = 'status' in made.data ? made.data.status.phase : undefined;
  const address: string | null | undefined = 'clusterIP' in made.data ? made.data.clusterIP : undefined;
  const list = await serviceList({ query: { namespace: 'shop', limit: 5 }, throwOnError: true });
  // @ts-expect-error: a service has a name
  await serviceCreate({ body: { ports: [] } });
  // @ts-expect-error: there is no such type of service
  await serviceCreate({ body: { name: 'web', type: 'Nonsense' } });
  void [phase, address];
  return list.data.items[0];
}
`;

it('the document makes a client that compiles strictly also in the hands of @hey-api/openapi-ts', { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weft-second-client-'));
  try {
    await symlink(at('../../../node_modules'), join(directory, 'node_modules'));
    await createClient({
      input: at('../../../openapi/weft.json'),
      output: { path: join(directory, 'client') },
      plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
      logs: { level: 'silent' },
    });
    const file = join(directory, 'program.ts');
    await writeFile(file, PROGRAM);
    const program = ts.createProgram([file], { ...STRICT, allowImportingTsExtensions: true });
    const faults = ts.getPreEmitDiagnostics(program).map(({ messageText, file: where, start }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, '\n');
      return `${where?.fileName}:${where === undefined || start === undefined ? '' : where.getLineAndCharacterOfPosition(start).line + 1} ${text}`;
    });
    expect(faults).toEqual([]);
    // An operation that has no name of its own, or one twice, would be missing or renamed.
    const document = JSON.parse(await readFile(at('../../../openapi/weft.json'), 'utf8')) as {
      paths: Record<string, Record<string, { operationId?: string }>>;
    };
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).flatMap(({ operationId }) => operationId ?? []));
    const sdk = await readFile(join(directory, 'client/sdk.gen.ts'), 'utf8');
    expect(ids.filter((id) => !sdk.includes(`export const ${id} = `))).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
