/** What something finds of each of many, so many of which it looks at at a time. Throws what it throws. */
export async function eachOf<T, F>(all: readonly T[], atOnce: number, find: (one: T) => Promise<readonly F[]>): Promise<F[]> {
  const queue = [...all];
  const found: F[] = [];
  const look = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) found.push(...(await find(one)));
  };
  await Promise.all(Array.from({ length: atOnce }, look));
  return found;
}
