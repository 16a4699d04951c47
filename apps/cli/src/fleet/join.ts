import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { runCommand } from '@weft/host';
import type { Lab } from '@weft/testing';
import type { FleetApi, Node } from '../api/fleet-api.ts';
import { bundleOf } from '../repository.ts';
import { nodePaths, type StatePaths } from '../state/paths.ts';
import { UserError } from '../user-error.ts';

/**
 * Has a lab host join as a node, as a real host does: by a join token, with its own program. One that has joined before is left as it is. Throws UserError with what the
 * program said.
 */
export async function joinLabNode(api: FleetApi, paths: StatePaths, lab: Lab, url: string, node: Node): Promise<void> {
  const own = nodePaths(paths, node.name);
  await mkdir(own.directory, { recursive: true, mode: 0o700 });
  // A credential that is lost here may still be alive there, and keeps the name.
  if (!existsSync(own.credential)) await api.revokeCredential(node.id);
  const token = await api.createJoinToken(node.name);
  const options = ['--url', url, '--name', node.name, '--credential-file', own.credential, '--settings-file', own.settings];
  const { exitCode, stdout, stderr } = await runCommand({
    argv: [...lab.enter(node.name), process.execPath, bundleOf('node-executor'), 'join', ...options],
    input: token,
  });
  if (exitCode !== 0) throw new UserError(`${node.name} cannot join: ${stderr.trim() || stdout.trim()}`);
}
