import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate with its key, as files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority for a test, made with openssl. */
export interface Authority {
  readonly caFile: string;
  readonly ca: string;
  /** Certifies a server at 127.0.0.1. */
  certify(name: string): Promise<Certificate>;
  remove(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes a certificate authority in a directory of its own. */
export async function makeAuthority(name: string): Promise<Authority> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-ca-'));
  const at = (file: string) => join(directory, file);
  await run('openssl', ['req', '-x509', ...newKey, '-days', '1', '-subj', `/CN=${name}`, '-keyout', at('ca.key'), '-out', at('ca.pem')]);
  return {
    caFile: at('ca.pem'),
    ca: await readFile(at('ca.pem'), 'utf8'),
    async certify(server) {
      const certificate = { certFile: at(`${server}.pem`), keyFile: at(`${server}.key`) };
      await writeFile(at(`${server}.ext`), 'subjectAltName=IP:127.0.0.1\n');
      await run('openssl', ['req', ...newKey, '-subj', `/CN=${server}`, '-keyout', certificate.keyFile, '-out', at(`${server}.csr`)]);
      const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1', '-extfile', at(`${server}.ext`)];
      await run('openssl', ['x509', '-req', '-in', at(`${server}.csr`), ...signing, '-out', certificate.certFile]);
      return certificate;
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
