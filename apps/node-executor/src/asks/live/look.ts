import type { ForeignListing } from '@weft/host';
import type { LiveObject } from '@weft/jobs';
import { EMPTY_CONFIG, identityOf, inventory, type NodeConfig } from '@weft/kernel';
import type { KernelObject } from '@weft/model';
import { type Host, withDraining } from '@weft/reconcile';
import type { Dataplane } from '../../dataplane/dataplane.ts';
import type { LookScope } from './scope.ts';

/** What is needed to look at a kernel. */
export interface LookParts {
  readonly host: Pick<Host, 'observe'>;
  readonly foreign: ForeignListing;
  readonly dataplane: () => Pick<Dataplane, 'applied' | 'left'>;
  /** Does something while nothing is done to the host. */
  readonly still: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What was in a kernel at one time. */
export interface Look {
  /** The state that was applied then; null: none is known to be. */
  readonly applied: { readonly epoch: string; readonly revision: number } | null;
  /** What is in places of ours, in the order of the inventory, then what others have elsewhere. */
  readonly objects: readonly LiveObject[];
  readonly truncated: boolean;
}

/** So much of what others have is told, and so much of each text. */
const OTHERS_MAX = 10_000;
const TEXT_MAX = 1_024;

const cut = (object: KernelObject): KernelObject => ({
  ...object,
  key: object.key.slice(0, TEXT_MAX),
  text: object.text.slice(0, TEXT_MAX),
});

/** Tells of things that were found whether they were left there: each thing of the configuration, however it is now, and destinations that drain. */
function leftByUs(left: NodeConfig, found: NodeConfig): (object: KernelObject) => boolean {
  const contentOf = (object: KernelObject) => `${identityOf(object)}\n${object.text}`;
  const known = new Set(inventory(left).map(identityOf));
  const draining = new Set(inventory({ ...EMPTY_CONFIG, ipvs: withDraining(left, found).ipvs }).map(contentOf));
  return (object) => known.has(identityOf(object)) || draining.has(contentOf(object));
}

/** Looks at what is in the kernel, as far as a scope goes. Nothing is applied meanwhile, so it is what one state came to. Rejects when the host cannot be read. */
export function look({ host, foreign, dataplane, still }: LookParts, { kinds, pods, others: elsewhere }: LookScope): Promise<Look> {
  return still(async () => {
    const { applied, left } = dataplane();
    const settings = (left?.sysctls ?? []).filter(({ netns }) => pods || netns === null);
    const [found, others] = await Promise.all([
      host.observe(settings, kinds === null ? { pods } : { pods, kinds }),
      elsewhere ? foreign.list(kinds ?? undefined) : [],
    ]);
    const isOurs = left === null ? () => false : leftByUs(left, found);
    return {
      applied: applied === null ? null : { epoch: applied.epoch, revision: applied.revision },
      objects: [
        ...inventory(found).map((object) => ({ ...object, foreign: !isOurs(object) })),
        ...others.slice(0, OTHERS_MAX).map((object) => ({ ...cut(object), foreign: true })),
      ],
      truncated: others.length > OTHERS_MAX,
    };
  });
}
