import { InvalidArgumentError, Option } from 'commander';

/** Reads a whole number between two others, both included. */
export const wholeNumber = (from: number, to: number) => (text: string) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < from || number > to)
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  return number;
};

const UNIT_S: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** Reads a time in seconds, bare or as `30s`, `5m`, `2h`, between two others, both included. */
export const seconds = (from: number, to: number) => (text: string) => {
  const [, number, unit = ''] = /^(\d+)([smh]?)$/.exec(text) ?? [];
  const all = Number(number) * (UNIT_S[unit] ?? Number.NaN);
  if (!(all >= from && all <= to)) throw new InvalidArgumentError(`It must be seconds from ${from} to ${to}, or such as 30s, 5m, 2h.`);
  return all;
};

/** Which fleet is meant. */
export const stateOption = () =>
  new Option('--state <directory>', 'where the fleet keeps everything (default: WEFT_STATE or /var/lib/weft)');

/** How something is printed. */
export const outputOption = (description = 'how to print it') =>
  new Option('-o, --output <format>', description).choices(['text', 'json']).default('text');

/** How something is printed that is a list. */
export const linesOption = () => outputOption('how to print it; json: an object on each line');
