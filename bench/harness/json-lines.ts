import type { Row } from './figure.ts';

const KEYS: (keyof Row | 'low' | 'high')[] = [
  ...(['area', 'name', 'size', 'unit', 'value', 'floor', 'floorName', 'peer', 'peerName', 'runs', 'spread'] as const),
  ...(['low', 'high'] as const),
];

/** A row as one line of JSON, its keys always in the same order. */
export const jsonLine = (row: Row): string => JSON.stringify(row, KEYS);

/** The rows of a text with one JSON object a line. Throws SyntaxError for a line that is none. */
export const rowsOfJson = (text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Row => JSON.parse(line));
