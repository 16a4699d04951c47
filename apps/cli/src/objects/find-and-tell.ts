import type { WeftClient } from '@weft/sdk';
import { collected } from '../api/collected.ts';
import type { Filter } from '../kinds/kind.ts';
import { EXIT } from '../user-error.ts';
import { type Finding, type Found, find } from './find.ts';
import type { Targets } from './targets.ts';

/** How objects are looked for of which some may not be there. */
export interface Looking extends Omit<Finding, 'onMissing'> {
  /** Nothing is said of names that nothing has. */
  readonly ignoreNotFound: boolean;
}

/** All objects that are meant and there. Of each that is not, standard error is told, and the program ends with 1: the others are seen to all the same. Throws as find. */
export function findAndTell(
  client: WeftClient,
  targets: Targets,
  filter: Filter,
  { ignoreNotFound, ...finding }: Looking,
): Promise<Found[]> {
  const tell = ({ message }: Error) => {
    console.error(`weft: ${message}`);
    process.exitCode = EXIT.failed;
  };
  return collected(find(client, targets, filter, { ...finding, onMissing: ignoreNotFound ? () => {} : tell }));
}
