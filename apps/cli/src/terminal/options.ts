import { InvalidArgumentError, Option } from 'commander';

/** Reads a whole number between two others, both included. */
export const wholeNumber = (from: number, to: number) => (text: string) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < from || number > to)
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  return number;
};

/** Which fleet is meant. */
export const stateOption = () =>
  new Option('--state <directory>', 'where the fleet keeps everything (default: WEFT_STATE or /var/lib/weft)');

/** How something is printed. */
export const outputOption = (description = 'how to print it') =>
  new Option('-o, --output <format>', description).choices(['text', 'json']).default('text');

/** How something is printed that is a list. */
export const linesOption = () => outputOption('how to print it; json: an object on each line');
