// Floor of one change: fork `nft -f -` once for each service, with the elements it needs, in a table of our own. Prints milliseconds, one a line.
// Runs inside a lab node, as the executor does.
import { spawn, spawnSync } from 'node:child_process';

const runs = Number(process.argv[2]);
const table = 'weft_bench_floor';

function nft(input) {
  return new Promise((resolve, reject) => {
    const child = spawn('nft', ['-f', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`nft exited with ${code}`))));
    child.stdin.end(input);
  });
}

await nft(`add table ip ${table}
add map ip ${table} m { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
`);
try {
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await nft(`add element ip ${table} m { 198.19.200.${i % 250} . tcp . ${1000 + i} : 100.64.1.2 . 8080 }\n`);
    console.log(performance.now() - started);
  }
} finally {
  spawnSync('nft', ['delete', 'table', 'ip', table]);
}
