import type { Namespace } from '@weft/model';
import { system } from './system.ts';

export const NAMESPACE: Namespace = { name: 'shop', labels: {}, ...system('ns_01k8', 4) };
