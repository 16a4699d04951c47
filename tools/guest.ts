// `node tools/guest.ts -- cmd args…`: boots a kernel that has ip_vs, runs one command in it as root, ends with the command's status.
import { delimiter, join } from 'node:path';
import { GuestError, prepareKernel, runInGuest } from '../libs/testing/src/guest/index.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.weft/guest');
const DEADLINE_MS = 600_000;

const [dashes, ...argv] = process.argv.slice(2);
if (dashes !== '--' || argv.length === 0) {
  console.error('usage: node tools/guest.ts -- cmd args…');
  process.exit(2);
}
const PATH = [join(root, 'node_modules/.bin'), process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
try {
  const image = await prepareKernel(folder, (line) => console.error(`weft: ${line}`));
  const job = { argv, cwd: process.cwd(), env: { ...process.env, PATH } };
  process.exitCode = await runInGuest({ image, folder }, job, {
    deadlineMs: DEADLINE_MS,
    output: (text) => process.stdout.write(text),
  });
} catch (error) {
  if (!(error instanceof GuestError)) throw error;
  console.error(`weft: ${error.message}`);
  process.exitCode = 1;
}
