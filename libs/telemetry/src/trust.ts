import { readFileSync } from 'node:fs';
import { setDefaultCACertificates } from 'node:tls';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/** A file with certificate authorities that cannot be used; the message says which and why. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What threads are told of whom to believe: Node keeps that for each of them. */
const BELIEVED = 'weft: certificate authorities';

/**
 * Has every TLS connection that this process makes from now on believe the certificate authorities in a PEM file and no others; a thread that it starts says so by
 * trustLikeStarter. Throws TrustError.
 */
export function trustOnly(caFile: string): void {
  try {
    const certificates = readFileSync(caFile, 'utf8').match(CERTIFICATE);
    if (certificates === null) throw new TrustError(`${caFile} holds no certificate in PEM`);
    setDefaultCACertificates(certificates);
    setEnvironmentData(BELIEVED, [...certificates]);
  } catch (error) {
    if (error instanceof TrustError) throw error;
    throw new TrustError(`the certificate authorities in ${caFile} cannot be used`, { cause: error });
  }
}

/** Has every TLS connection that this thread makes from now on believe whom the one that started it believed then. */
export function trustLikeStarter(): void {
  const certificates = getEnvironmentData(BELIEVED);
  if (certificates !== undefined) setDefaultCACertificates(certificates as unknown as readonly string[]);
}
