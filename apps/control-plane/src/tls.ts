import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { RequestListener, ServerOptions } from 'node:http';
import { createServer as createHttpsServer, type Server } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { errorChain, type Logger } from '@weft/telemetry';
import { type Config, StartupError } from './config.ts';

/** How often to look whether somebody has renewed the certificate, in ms. */
const LOOK_EVERY_MS = 5_000;

/** The certificate of the API and its key. */
interface Identity {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Who has not shown who he is by then, in ms, is not waited for when the process goes down. */
const HANDSHAKE_MS = 10_000;

/** What the API shows who it is with; null: it speaks plain HTTP. */
export function identityOf({ WEFT_TLS_CERT_FILE: certFile, WEFT_TLS_KEY_FILE: keyFile }: Config): Identity | null {
  return certFile === undefined || keyFile === undefined ? null : { certFile, keyFile };
}

/** Reads certificate and key. Throws StartupError when they cannot be read or do not belong together. */
function secureContext({ certFile, keyFile }: Identity): SecureContextOptions {
  try {
    const options: SecureContextOptions = { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.3' };
    createSecureContext(options);
    return options;
  } catch (error) {
    throw new StartupError(`WEFT_TLS_CERT_FILE ${certFile} and WEFT_TLS_KEY_FILE ${keyFile} cannot be used together`, { cause: error });
  }
}

/** An HTTPS server with this certificate. Throws StartupError. */
export function secureServer(identity: Identity, options: ServerOptions, listener: RequestListener): Server {
  return createHttpsServer({ ...options, ...secureContext(identity), handshakeTimeout: HANDSHAKE_MS }, listener);
}

/**
 * Has servers show a renewed certificate without a restart, within seconds of the change of its file or at once on SIGHUP. One that cannot be used is told of, and the one before goes on.
 * Gives what ends it.
 */
export function followRenewals(identity: Identity, servers: readonly Server[], log: Logger): () => void {
  const renew = () => {
    try {
      const context = secureContext(identity);
      for (const server of servers) server.setSecureContext(context);
      log.info({ certFile: identity.certFile }, 'certificate read anew');
    } catch (error) {
      log.error(`${errorChain(error)}; going on with the one before`);
    }
  };
  const files = [identity.certFile, identity.keyFile];
  for (const file of files) watchFile(file, { persistent: false, interval: LOOK_EVERY_MS }, renew);
  process.on('SIGHUP', renew);
  return () => {
    process.off('SIGHUP', renew);
    for (const file of files) unwatchFile(file, renew);
  };
}
