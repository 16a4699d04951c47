import type { Checkpoint } from '@weft/model';

export const CHECKPOINT: Checkpoint = {
  id: 'chk_01k9zr3h5e6f7g8h9j0kmnpqrs',
  at: '2026-11-21T10:00:00.000Z',
  epoch: '8a6f3a52-0b0c-4c6e-9d51-5a2a6d0c9a10',
  changes: { seq: 1204, hash: '5f2ab9a3a1d0c4b2f8b1de0f6a0c47ad0fb0f8c7b6f9a5e2d1c0b9a897867564' },
  receipts: { seq: 3611, hash: '0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f405162738495a6b7c8d9eafb' },
  publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  signature: 'a7hR0mXo3nJq0dV1bJ4nXn0yq1Yt8Kc9eUZfB2w5mS4xHqT6vLpO3rGgDkEiNjWlQsZuXyCtVbRaMdFhPoIeAg',
};
