import { z } from 'zod';
import { Ipv4Cidr } from '../address.ts';
import { idSchema } from '../ids.ts';

/** A range of addresses and how much of it is used. */
export const AddressPool = z
  .strictObject({
    id: idSchema('pool'),
    name: z.string(),
    purpose: z.enum(['pods', 'services']),
    cidr: Ipv4Cidr,
    addresses: z
      .strictObject({ total: z.int(), free: z.int(), allocated: z.int(), reserved: z.int(), quarantined: z.int() })
      .describe('pods: of the blocks that nodes hold'),
    blocks: z.strictObject({ prefixLength: z.int(), total: z.int(), claimed: z.int() }).nullable().describe('pods only'),
  })
  .meta({ id: 'AddressPool' });
export type AddressPool = z.infer<typeof AddressPool>;
