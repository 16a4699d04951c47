import { z } from 'zod';

/** The kinds of things that weft has in a kernel, in the order in which an inventory lists them. */
export const KERNEL_KINDS = [
  'netns',
  'sysctl',
  'link',
  'address',
  'route',
  'neighbour',
  'fdb',
  'nft-table',
  'nft-set',
  'nft-map',
  'nft-element',
  'nft-chain',
  'nft-rule',
  'nft-other',
  'iptables-chain',
  'iptables-rule',
  'iptables-jump',
  'ipset',
  'ipset-element',
  'ipvs-service',
  'ipvs-destination',
  'workload',
] as const;

export const KernelKind = z.enum(KERNEL_KINDS).describe('nft-other: something in our table that we never write').meta({ id: 'KernelKind' });
export type KernelKind = z.infer<typeof KernelKind>;

/** One thing that stands in a kernel, or is to stand there. Whatever is planned, applied, found, blamed or rebuilt is told in these. */
export const KernelObject = z
  .strictObject({
    kind: KernelKind,
    place: z.string().describe('where it stands: `host`, `netns wf…`, `table ip weft map service-ips`, `table nat chain WEFT-…`'),
    key: z
      .string()
      .describe(
        'what it is found by, unique among what has its kind and place; of a rule its text, numbered from the second of the same text on',
      ),
    text: z.string().describe('the thing in the words of the tool that makes or lists it'),
  })
  .meta({ id: 'KernelObject' });
export type KernelObject = Readonly<z.infer<typeof KernelObject>>;

/** Whom a thing in a kernel is for: it comes and goes with them. */
export const ObjectOwner = z
  .strictObject({
    kind: z.enum(['service', 'pod', 'node', 'cluster']),
    id: z.string(),
    namespace: z.string().nullable().describe('of a service or pod'),
    name: z.string(),
  })
  .meta({ id: 'ObjectOwner' });
export type ObjectOwner = Readonly<z.infer<typeof ObjectOwner>>;
