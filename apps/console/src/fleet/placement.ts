/** Size of what stands for a node, and the room it gets, in pixels. */
export const TILE = { width: 190, height: 76, gap: 18 } as const;

/** Room above the first row of a zone, where its name stands. */
const ZONE_HEAD = 44;

/** Nodes that stand in one row however few there are: lines from a service to them cross no other node. */
const ROW_MIN = 5;

/** A tile's upper left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Placeable {
  readonly id: string;
  readonly name: string;
  readonly zone: string | null;
}

/** Where everything stands: each node, and the name of each zone. */
export interface Placement {
  readonly nodes: ReadonlyMap<string, Place>;
  readonly zones: readonly { readonly zone: string | null; readonly at: Place }[];
  readonly width: number;
  readonly height: number;
}

const inOrder = (a: string | null, b: string | null) => (a ?? '').localeCompare(b ?? '', 'en', { numeric: true });

/** Nodes in rows, zone below zone, by name; of many, about as wide as one and a half times its height. */
export function placementOf(nodes: readonly Placeable[]): Placement {
  const columns = Math.max(1, Math.min(nodes.length, ROW_MIN), Math.ceil(Math.sqrt(nodes.length * 0.8)));
  const byZone = [...Map.groupBy(nodes, ({ zone }) => zone)].toSorted(([a], [b]) => inOrder(a, b));
  const places = new Map<string, Place>();
  const zones: { zone: string | null; at: Place }[] = [];
  let top = 0;
  for (const [zone, members] of byZone) {
    zones.push({ zone, at: { x: 0, y: top } });
    top += ZONE_HEAD;
    for (const [index, { id }] of members.toSorted((a, b) => inOrder(a.name, b.name)).entries()) {
      const [row, column] = [Math.floor(index / columns), index % columns];
      places.set(id, { x: column * (TILE.width + TILE.gap), y: top + row * (TILE.height + TILE.gap) });
    }
    top += Math.ceil(members.length / columns) * (TILE.height + TILE.gap) + TILE.gap;
  }
  return { nodes: places, zones, width: columns * (TILE.width + TILE.gap), height: top };
}
