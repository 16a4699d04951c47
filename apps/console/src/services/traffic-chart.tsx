import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { ratesOf, type Sample } from './samples.ts';

const HEIGHT = 220;

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name);

function chartIn(element: HTMLElement): uPlot {
  const ink = colour('--ink');
  const axis = { stroke: ink, grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') } };
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      series: [
        {},
        { label: 'Connections a second', stroke: colour('--accent'), width: 2 },
        { label: 'Bytes a second', stroke: colour('--good'), width: 2, scale: 'bytes' },
      ],
      axes: [axis, { ...axis, size: 60 }, { ...axis, side: 1, size: 80, scale: 'bytes' }],
    },
    [[], [], []],
    element,
  );
}

/** Rates over the time that the page has been open. What it shows is in the table below it, too. */
export function TrafficChart({ samples }: { samples: readonly Sample[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = chartIn(element);
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    const { at, connections, bytes } = ratesOf(samples);
    chart.current?.setData([at, connections, bytes]);
  }, [samples]);
  return <div ref={place} role="img" aria-label="Connections and bytes a second while this page is open" />;
}
