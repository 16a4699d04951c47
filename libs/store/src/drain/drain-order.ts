import type { NodeDrain } from '@weft/model';

/** A node's order to be emptied, as its row keeps it: whoever goes on with it needs nothing else. In force until the node is uncordoned. */
export interface DrainOrder extends NodeDrain {
  /** The request that asked for it: everything that follows is recorded under its id. */
  readonly requestId: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** The revision at which its endpoints were withdrawn. */
  readonly withdrawnAt: number;
  /** The revision at which its pods were asked to go; null: the other nodes are waited for. */
  readonly evictedAt: number | null;
  /** The revision at which it had none left; null: it has some. */
  readonly emptyAt: number | null;
}
