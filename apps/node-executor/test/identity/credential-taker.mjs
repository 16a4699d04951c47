// Stands for the control plane where a node gives its credential back, over TLS when it is given a certificate and its key:
// prints its address, then `METHOD path authorization` of every request.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

const take = (request, response) => {
  process.stdout.write(`${request.method} ${request.url} ${request.headers.authorization}\n`);
  response.writeHead(204).end();
};
const [certFile, keyFile] = process.argv.slice(2);
const server =
  certFile === undefined ? createServer(take) : createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, take);
const scheme = certFile === undefined ? 'http' : 'https';
server.listen(0, '127.0.0.1', () => process.stdout.write(`${scheme}://127.0.0.1:${server.address().port}\n`));
