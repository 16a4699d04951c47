import { type Node as FlowNode, type NodeProps, useReactFlow } from '@xyflow/react';
import { type MouseEvent, memo, useEffect, useRef } from 'react';
import { useColorScheme } from '../shell/color-scheme.ts';
import { toneOf } from '../show/phase.tsx';
import { type Placement, TILE } from './placement.ts';
import type { Tile } from './tiles.ts';

/** The whole fleet as one picture. A browser without a graphics processor paints a thousand elements 5 to 10 times a second, one picture as often as it likes. */
export type OverviewNode = FlowNode<{ tiles: readonly Tile[]; places: Placement['nodes']; width: number; height: number }, 'overview'>;

/** Pixels of the picture for one of the map: it is seen from afar. */
const SCALE = 0.4;

const NEAR_ZOOM = 1;

/** Width of the bar at the left of a tile, whose colour is how it is. */
const BAR = 14;

/** Height of a pod's mark. */
const MARK = 10;

const colourIn = (element: Element) => {
  const style = getComputedStyle(element);
  return (name: string) => style.getPropertyValue(name);
};

const TONES = { good: '--good', moving: '--moving', odd: '--odd', bad: '--bad', calm: '--faint' } as const;

function draw(canvas: HTMLCanvasElement, { tiles, places, width, height }: OverviewNode['data']): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const colour = colourIn(document.documentElement);
  context.setTransform(SCALE, 0, 0, SCALE, 0, 0);
  context.clearRect(0, 0, width, height);
  for (const tile of tiles) {
    const at = places.get(tile.id);
    if (at === undefined) continue;
    context.fillStyle = colour(tile.chosen > 0 ? '--chosen' : '--raised');
    context.fillRect(at.x, at.y, TILE.width, TILE.height);
    context.fillStyle = colour(TONES[toneOf(tile.service ?? tile.phase)]);
    context.fillRect(at.x, at.y, BAR, TILE.height);
    context.fillRect(at.x + 2 * BAR, at.y + TILE.height - 2 * MARK, Math.min(tile.podCount * MARK, TILE.width - 3 * BAR), MARK);
  }
}

/** The tile at a place of the map. */
const tileAt = ({ tiles, places }: OverviewNode['data'], x: number, y: number): Tile | undefined =>
  tiles.find(({ id }) => {
    const at = places.get(id);
    return at !== undefined && x >= at.x && x <= at.x + TILE.width && y >= at.y && y <= at.y + TILE.height;
  });

/** Draws every node as a small block. Pointing says which it is, a click goes near; the list of nodes has the same for the keyboard. */
export const Overview = memo(({ data }: NodeProps<OverviewNode>) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { screenToFlowPosition, setCenter } = useReactFlow();
  const { scheme } = useColorScheme();
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, data);
  }, [data, scheme]);

  const placeOf = ({ clientX, clientY }: MouseEvent) => screenToFlowPosition({ x: clientX, y: clientY });

  function goNear(event: MouseEvent) {
    const { x, y } = placeOf(event);
    void setCenter(x, y, { zoom: NEAR_ZOOM });
  }

  function nameIt(event: MouseEvent<HTMLCanvasElement>) {
    const { x, y } = placeOf(event);
    const tile = tileAt(data, x, y);
    event.currentTarget.title = tile === undefined ? '' : `${tile.name}: ${tile.phase}, ${tile.podCount} pods`;
  }

  return (
    <canvas
      ref={canvas}
      className="overview"
      role="img"
      aria-label={`${data.tiles.length} nodes, drawn small`}
      width={Math.ceil(data.width * SCALE)}
      height={Math.ceil(data.height * SCALE)}
      onClick={goNear}
      onMouseMove={nameIt}
    />
  );
});
