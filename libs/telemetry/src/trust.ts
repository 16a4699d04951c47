import { readFileSync } from 'node:fs';
import { setDefaultCACertificates } from 'node:tls';

/** A file with certificate authorities that cannot be used; the message says which and why. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Has every TLS connection that this process makes from now on believe the certificate authorities in a PEM file and no others. Throws TrustError.
 */
export function trustOnly(caFile: string): void {
  try {
    const certificates = readFileSync(caFile, 'utf8').match(CERTIFICATE);
    if (certificates === null) throw new TrustError(`${caFile} holds no certificate in PEM`);
    setDefaultCACertificates(certificates);
  } catch (error) {
    if (error instanceof TrustError) throw error;
    throw new TrustError(`the certificate authorities in ${caFile} cannot be used`, { cause: error });
  }
}
