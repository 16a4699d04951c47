import { join } from 'node:path';
import { undocumentedBy } from './document-check.ts';
import { unpackPrevious } from './previous-tree.ts';
import { type Program, programIn } from './processes.ts';

/** The control plane of the version before, built from git; some ten seconds. `admin` is the administrator's token. */
export async function buildPrevious(admin: string): Promise<Program & { readonly commit: string }> {
  const { folder, commit, build, remove } = await unpackPrevious();
  await build('control-plane');
  const program = await programIn(join(folder, 'apps/control-plane/dist'), admin, undocumentedBy(join(folder, 'openapi/weft.json')));
  return {
    ...program,
    commit,
    async remove() {
      await program.remove();
      await remove();
    },
  };
}
