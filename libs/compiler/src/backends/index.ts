import type { Backend } from '@weft/model';
import type { ServiceBackend } from './backend.ts';
import { iptables } from './iptables/index.ts';
import { ipvs } from './ipvs/index.ts';
import { nftables } from './nftables/index.ts';

/** Every service backend by the name it has on a node. A new one is a folder here, a row in this table and a word in the model. */
export const BACKENDS: Readonly<Record<Backend, ServiceBackend>> = { nftables, iptables, ipvs };
