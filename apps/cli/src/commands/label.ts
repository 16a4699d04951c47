import { ApiError, createClient, type WeftClient } from '@weft/sdk';
import { collected } from '../api/collected.ts';
import { findAccess } from '../api/connect.ts';
import { type Found, find, fullName } from '../objects/find.ts';
import { isLabelChange, type LabelChanges, overwritten, readLabelChanges } from '../objects/label-changes.ts';
import { labelObject, readObject } from '../objects/objects.ts';
import { UserError } from '../user-error.ts';
import { filterOf, type TargetOptions, targetsOf } from './get.ts';

/** What `weft label` is given. */
export interface LabelOptions extends TargetOptions {
  readonly all: boolean;
  readonly overwrite: boolean;
}

/** How often an object that somebody else changes meanwhile is read again. */
const ATTEMPTS = 5;

/** Changes the labels of one object. Throws UserError when that would overwrite one and nobody said so. */
async function change(client: WeftClient, { kind, object }: Found, changes: LabelChanges, overwrite: boolean): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const read = await readObject(client, kind, object.id);
    const lost = overwrite ? [] : overwritten(read.object.labels as Record<string, string>, changes);
    if (lost.length > 0)
      throw new UserError(`${fullName({ kind, object })} has another value of ${lost.join(', ')}: --overwrite replaces it`);
    try {
      await labelObject(client, kind, object.id, changes, read.etag);
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'PreconditionFailed' && attempt < ATTEMPTS)) throw error;
    }
  }
}

/** Sets and takes away labels of objects. Throws UserError. */
export async function label(words: readonly string[], options: LabelOptions): Promise<void> {
  const first = words.findIndex((word, at) => at > 0 && isLabelChange(word));
  if (first < 0) throw new UserError('say what is to change: key=value sets a label, key- takes it away');
  const changes = readLabelChanges(words.slice(first));
  const targets = targetsOf(words.slice(0, first), options);
  if ('every' in targets && options.selector === undefined && !options.all)
    throw new UserError('name what is to be labelled, choose it by --selector, or say --all');
  const client = createClient(await findAccess(options.state));
  for (const found of await collected(find(client, targets, await filterOf(options)))) {
    if (!found.kind.verbs.includes('label')) throw new UserError(`${found.kind.plural} have no labels`);
    await change(client, found, changes, options.overwrite);
    console.log(`${fullName(found)} labelled`);
  }
}
