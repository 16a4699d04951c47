// `node bench/main.ts [area…] [options]`, which is what `./weft bench` runs. Rows go to standard output, everything else to standard error.
import { join } from 'node:path';
import { AREAS } from './areas.ts';
import { USAGE, UsageError, type Wanted, wantedOf } from './harness/arguments.ts';
import { jsonLine } from './harness/json-lines.ts';
import { machineLine, thisMachine } from './harness/machine.ts';
import { measure, type NamedArea } from './harness/measure.ts';
import { keepRows } from './harness/plot/keep.ts';
import { tableLines } from './harness/table.ts';

const PLOTS = join(import.meta.dirname, '../docs/bench');

const say = (text: string) => process.stderr.write(`${text}\n`);

function wanted(): Wanted {
  try {
    return wantedOf(process.argv.slice(2), Object.keys(AREAS));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`weft: ${error.message}`);
    process.exit(2);
  }
}

async function load(names: readonly string[]): Promise<NamedArea[]> {
  const loaded: NamedArea[] = [];
  for (const [name, area] of Object.entries(AREAS))
    if (names.length === 0 || names.includes(name)) loaded.push({ name, area: await area() });
  return loaded;
}

/** Measures and shows. Returns the exit code: 1 when a measurement failed, or nothing that was named could be measured. */
async function run(given: Wanted): Promise<number> {
  const areas = await load(given.areas);
  const machine = machineLine(await thisMachine());
  const { rows, failed, lacking } = await measure(areas, given, { quick: given.quick, say }, (row) => {
    if (given.json) console.log(jsonLine(row));
  });
  if (!given.json && rows.length > 0) for (const line of [machine, '', ...tableLines(rows)]) console.log(line);
  for (const sentence of lacking) say(sentence);
  if (given.plot)
    for (const { name, area } of areas) {
      const own = rows.filter((row) => row.area === name);
      if (own.length > 0) await keepRows(PLOTS, { name, sizeOf: area.sizeOf }, own, machine);
    }
  if (rows.length === 0 && failed + lacking.length === 0) say('nothing of that name and size is measured: see weft bench --list');
  return failed > 0 || rows.length === 0 ? 1 : 0;
}

const given = wanted();
if (given.help) console.log(USAGE);
else if (given.list) for (const { name, area } of await load(given.areas)) console.log(`${name.padEnd(14)}${area.summary}`);
else process.exitCode = await run(given);
