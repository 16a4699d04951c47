// `node tools/guest.ts -- cmd args…`: boots a kernel that has ip_vs, runs one command in it as root, ends with the command's status.
import { bootAndRun } from './kernel-with-ipvs.ts';

const [dashes, ...argv] = process.argv.slice(2);
if (dashes !== '--' || argv.length === 0) {
  console.error('usage: node tools/guest.ts -- cmd args…');
  process.exit(2);
}
process.exitCode = await bootAndRun({ argv, cwd: process.cwd() });
