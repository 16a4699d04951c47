import type { RolloutCreate } from '../api.ts';

/** What can be chosen to change; the API takes more fields of a node. */
export const CHANGES = [
  { label: 'backend: nftables', change: { backend: 'nftables' } },
  { label: 'backend: iptables', change: { backend: 'iptables' } },
  { label: 'backend: ipvs', change: { backend: 'ipvs' } },
  { label: 'podLink: bridge', change: { podLink: 'bridge' } },
  { label: 'podLink: routed', change: { podLink: 'routed' } },
  { label: 'overlay: direct', change: { overlay: 'direct' } },
  { label: 'overlay: vxlan', change: { overlay: 'vxlan' } },
  { label: 'overlay: as the cluster says', change: { overlay: null } },
  { label: 'strictArp: true', change: { strictArp: true } },
  { label: 'strictArp: false', change: { strictArp: false } },
] as const;

/** The form as it is filled in. */
export interface Filled {
  /** Where in CHANGES; null: nobody has chosen one. */
  readonly change: number | null;
  readonly labelSelector: string;
  readonly canary: string;
  readonly maxUnavailable: number | string;
  readonly soakSeconds: number | string;
  readonly onFailure: 'revert' | 'halt';
}

/** Everything but what is changed: that is for whoever begins it to say. */
export const USUAL: Filled = { change: null, labelSelector: '', canary: '1', maxUnavailable: 1, soakSeconds: 10, onFailure: 'revert' };

/** How many, or which by name. */
const canaryOf = (text: string): number | string[] =>
  /^\d+$/.test(text.trim())
    ? Number(text)
    : text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');

/** What the API is sent. */
export const rolloutOf = ({ change, labelSelector, canary, maxUnavailable, soakSeconds, onFailure }: Filled): RolloutCreate => ({
  change: CHANGES[change ?? -1]?.change ?? {},
  labelSelector: labelSelector.trim() === '' ? null : labelSelector.trim(),
  canary: canaryOf(canary),
  maxUnavailable: Number(maxUnavailable),
  soakSeconds: Number(soakSeconds),
  onFailure,
});
