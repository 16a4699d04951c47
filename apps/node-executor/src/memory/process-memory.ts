/** The memory of a process, in bytes, and what has it let go of all that it needs no more. */
export interface ProcessMemory {
  /** What it takes of the machine's memory. */
  readonly resident: () => number;
  /** What its objects take, those that nobody needs any more among them. */
  readonly objects: () => number;
  readonly giveBack: () => void;
}

/**
 * The memory of this process; null when Node.js was not started with `--expose-gc` and does not let itself be asked. Only the last resort gives back pages that its heap has
 * freed: other collections keep them, some 25 MB after a listing of ten thousand services, for when the heap is as large again.
 */
export function ownMemory(): ProcessMemory | null {
  const { gc } = globalThis;
  if (gc === undefined) return null;
  return {
    resident: () => process.memoryUsage.rss(),
    objects: () => process.memoryUsage().heapUsed,
    giveBack: () => gc({ type: 'major', flavor: 'last-resort' }),
  };
}
