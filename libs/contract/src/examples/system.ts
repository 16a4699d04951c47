/** What the system says of every object. */
export const system = <K extends string>(id: K, revision: number) => ({
  id,
  generation: 1,
  revision,
  createdAt: '2026-11-21T08:00:00.000Z',
  updatedAt: '2026-11-21T08:00:00.000Z',
});
