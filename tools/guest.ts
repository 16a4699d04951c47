// `node tools/guest.ts [--user-mode] -- cmd args…`: boots a kernel that has ip_vs, runs one command in it as root, ends with the command's status.
import { bootAndRun, type GuestName } from './kernel-with-ipvs.ts';

const given = process.argv.slice(2);
const guest: GuestName = given[0] === '--user-mode' ? 'user-mode' : 'emulated';
const [dashes, ...argv] = guest === 'user-mode' ? given.slice(1) : given;
if (dashes !== '--' || argv.length === 0) {
  console.error('usage: node tools/guest.ts [--user-mode] -- cmd args…');
  process.exit(2);
}
process.exitCode = await bootAndRun(guest, { argv, cwd: process.cwd() });
