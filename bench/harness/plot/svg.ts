import { type LogScale, logScale } from './scale.ts';
import type { Panel, Series } from './series.ts';

const WIDTH = 420;
const HEIGHT = 300;
/** Room around the lines of a panel, for its title, its axes and its legend. */
const ROOM = { left: 64, right: 16, top: 34, bottom: 92 } as const;
const COLUMNS = 2;
const FOOT = 30;

const COLOURS: Readonly<Record<Series['of'], string>> = { value: '#1f5fbf', floor: '#7a7a7a', peer: '#c4561b' };

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const place = (value: number) => value.toFixed(1);

/** A power of ten as a reader writes it. */
const tickText = (value: number) => (value >= 1 ? value.toLocaleString('en') : String(Number(value.toPrecision(1))));

const text = (x: number, y: number, what: string, attributes = '') =>
  `<text x="${place(x)}" y="${place(y)}"${attributes}>${escaped(what)}</text>`;

const rule = (x1: number, y1: number, x2: number, y2: number) =>
  `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" stroke="#e2e2e2"/>`;

function axes(x: LogScale, y: LogScale, sizeOf: string, unit: string): string[] {
  const [left, right, top, bottom] = [ROOM.left, WIDTH - ROOM.right, ROOM.top, HEIGHT - ROOM.bottom];
  return [
    ...x.ticks.flatMap((size) => [
      rule(x.at(size), top, x.at(size), bottom),
      text(x.at(size), bottom + 16, tickText(size), ' text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((cost) => [
      rule(left, y.at(cost), right, y.at(cost)),
      text(left - 6, y.at(cost) + 4, tickText(cost), ' text-anchor="end"'),
    ]),
    text(right, bottom + 32, sizeOf, ' text-anchor="end"'),
    text(left - 6, top - 8, unit, ' text-anchor="end"'),
  ];
}

function line({ of, points }: Series, x: LogScale, y: LogScale): string[] {
  const path = points.map(({ size, cost }) => `${place(x.at(size))},${place(y.at(cost))}`);
  const dashes = of === 'value' ? '' : ' stroke-dasharray="5 4"';
  return [
    `<polyline points="${path.join(' ')}" fill="none" stroke="${COLOURS[of]}" stroke-width="2"${dashes}/>`,
    ...points.map(({ size, cost }) => `<circle cx="${place(x.at(size))}" cy="${place(y.at(cost))}" r="3" fill="${COLOURS[of]}"/>`),
  ];
}

const legend = (series: readonly Series[]) =>
  series.map(({ of, label }, i) => text(ROOM.left, HEIGHT - ROOM.bottom + 48 + i * 14, label, ` fill="${COLOURS[of]}"`));

function panel({ name, unit, series }: Panel, sizeOf: string): string[] {
  const points = series.flatMap((one) => one.points);
  const x = logScale(
    points.map(({ size }) => size),
    ROOM.left,
    WIDTH - ROOM.right,
  );
  const y = logScale(
    points.map(({ cost }) => cost),
    HEIGHT - ROOM.bottom,
    ROOM.top,
  );
  return [
    text(ROOM.left, 16, name, ' font-weight="bold"'),
    ...axes(x, y, sizeOf, unit),
    ...series.flatMap((one) => line(one, x, y)),
    ...legend(series),
  ];
}

/** An SVG image with all panels side by side, and a line beneath that says where they come from. `sizeOf` says what sizes count. */
export function svgOf(panels: readonly Panel[], sizeOf: string, foot: string): string {
  const height = Math.ceil(panels.length / COLUMNS) * HEIGHT + FOOT;
  const drawn = panels.map((one, i) => {
    const at = `translate(${(i % COLUMNS) * WIDTH} ${Math.floor(i / COLUMNS) * HEIGHT})`;
    return [`<g transform="${at}">`, ...panel(one, sizeOf), '</g>'];
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMNS * WIDTH}" height="${height}" font-family="sans-serif" font-size="11">`;
  const title = `<title>${escaped(`cost over ${sizeOf}`)}</title>`;
  const ground = '<rect width="100%" height="100%" fill="#fff"/>';
  const where = text(8, height - 10, foot, ' fill="#7a7a7a" font-size="9"');
  return `${[head, title, ground, ...drawn.flat(), where, '</svg>'].join('\n')}\n`;
}
