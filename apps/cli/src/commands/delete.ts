import { ApiError, createClient, type WeftClient } from '@weft/sdk';
import type { Plan } from '../api/apply-api.ts';
import { findAccess } from '../api/connect.ts';
import { loadDocuments } from '../documents/load-documents.ts';
import { kindsOf } from '../kinds/all-kinds.ts';
import type { AnyObject } from '../kinds/kind.ts';
import { type Found, fullName } from '../objects/find.ts';
import { findAndTell } from '../objects/find-and-tell.ts';
import { removeObject } from '../objects/objects.ts';
import type { Targets } from '../objects/targets.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';
import { EXIT, UserError } from '../user-error.ts';
import { filterOf, type TargetOptions, targetsOf } from './get.ts';

/** What `weft delete` is given. */
export interface DeleteOptions extends TargetOptions {
  readonly file?: readonly string[];
  readonly all: boolean;
  readonly gracePeriod?: number;
  readonly force: boolean;
  readonly wait?: number;
  readonly dryRun: boolean;
  readonly ignoreNotFound: boolean;
}

/** The objects that documents are about, last first, and namespaces after all that may be in them. Throws UserError, also for documents of another namespace than is asked for. */
export async function inFiles(
  file: readonly string[],
  { state, namespace: asked, allNamespaces }: Omit<TargetOptions, 'selector'>,
): Promise<Targets> {
  if (allNamespaces) throw new UserError('documents say in which namespace objects are: -A does not go with --file');
  const place = { ...(state === undefined ? {} : { state }), ...(asked === undefined ? {} : { namespace: asked }) };
  const documents = await loadDocuments({ file, ...place, strict: false });
  const each = documents.map(({ kind, name, service, ip, port, namespace }, at) => {
    const [found] = typeof kind === 'string' ? kindsOf(kind) : [];
    // An endpoint is found by its service, and known by its address.
    const nameOrId = found?.name === 'endpoint' ? service : name;
    if (found === undefined || typeof nameOrId !== 'string') throw new UserError(`document ${at + 1} has no kind and name to delete it by`);
    const where = (object: AnyObject) => found.name !== 'endpoint' || (object.ip === ip && object.port === port);
    return { kind: found, nameOrId, where, ...(typeof namespace === 'string' ? { namespace } : {}) };
  });
  const [namespaces, others] = [each.filter(({ kind }) => kind.name === 'namespace'), each.filter(({ kind }) => kind.name !== 'namespace')];
  return { each: [...others.reverse(), ...namespaces.reverse()] };
}

/** What the command line names. Throws UserError when that would be everything and nobody said so. */
function named(words: readonly string[], options: DeleteOptions): Targets {
  const targets = targetsOf(words, options);
  if ('every' in targets && options.selector === undefined && !options.all)
    throw new UserError('name what is to be deleted, choose it by --selector, or say --all');
  return targets;
}

/** Deletes one, or says what that would do. */
async function removeOne(client: WeftClient, found: Found, options: DeleteOptions): Promise<void> {
  const { kind, object } = found;
  const { wait, gracePeriod, force, dryRun } = options;
  if (!kind.verbs.includes('delete')) throw new UserError(`${kind.plural} cannot be deleted`);
  const removal = {
    ...(wait === undefined ? {} : { wait }),
    ...(force ? { force } : {}),
    dryRun,
    ...(gracePeriod !== undefined && kind.name === 'pod' ? { gracePeriodSeconds: gracePeriod } : {}),
  };
  const answer = await removeObject(client, kind, object.id, removal);
  if (dryRun) console.log(planLines(answer as Plan, paintFor(process.stdout)).join('\n'));
  else console.log(`${fullName(found)} ${answer === null ? 'deleted' : 'is going'}`);
}

/**
 * Deletes objects, or says what that would do to every kernel. What is not there, or is refused, is told and the others are deleted all the same, as kubectl
 * does: whoever deletes what documents say a second time gets rid of the rest. Throws UserError.
 */
export async function remove(words: readonly string[], options: DeleteOptions): Promise<void> {
  const { file } = options;
  if (file !== undefined && words.length > 0) throw new UserError('name objects, or give files; not both');
  const targets = file === undefined ? named(words, options) : await inFiles(file, options);
  const client = createClient(await findAccess(options.state));
  // All of them are known before the first goes: a list that is deleted from while it is read would skip some.
  for (const found of await findAndTell(client, targets, await filterOf(options), options))
    await removeOne(client, found, options).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      console.error(`weft: ${fullName(found)}: ${error.message}`);
      process.exitCode = EXIT.refused;
    });
}
