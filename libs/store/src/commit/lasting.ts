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

/** Fields that say so of an order within an object: of the one by which a node is emptied. */
const PASSING_IN_ORDERS: ReadonlySet<string> = new Set(['requestId', 'startedAt', 'withdrawnAt', 'evictedAt', 'emptyAt']);

const ORDERS: ReadonlySet<string> = new Set(['drain']);

function without(object: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
}

/** What is told of an object in a plan: what somebody said of it, and what it was given for good. Is the same each time the same is planned. */
export function lasting(object: object | null): object | null {
  if (object === null) return null;
  return Object.fromEntries(
    Object.entries(without(object, PASSING)).map(([name, value]) => [
      name,
      ORDERS.has(name) && value !== null ? without(value, PASSING_IN_ORDERS) : value,
    ]),
  );
}
