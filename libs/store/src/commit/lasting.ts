/** Fields of objects that say when something was done to them, or how they are doing. */
const PASSING: ReadonlySet<string> = new Set([
  'revision',
  'dataplaneRevision',
  'generation',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'status',
  'endpoints',
]);

/** What is told of an object in a plan: what somebody said of it, and what it was given for good. Is the same each time the same is planned. */
export function lasting(object: object | null): object | null {
  return object === null ? null : Object.fromEntries(Object.entries(object).filter(([name]) => !PASSING.has(name)));
}
