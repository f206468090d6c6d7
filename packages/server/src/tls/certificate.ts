import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** Where the operator keeps them, as PEM: the certificate with those that vouch for it after it, and its key. */
export type CertificateFiles = { certFile: string; keyFile: string };

/** A certificate that can be served with, in PEM. */
export type Certificate = { cert: string; key: string; validUntil: Date };

/**
 * Reads the certificate and its key anew. Throws sentences of the form `fault; remedy`: unreadable, not PEM, not of one
 * another, expired, not valid yet, or nothing that TLS can be spoken with. No line of the key's file is in them.
 */
export async function readCertificate({ certFile, keyFile }: CertificateFiles, now: Date): Promise<Certificate> {
  const [cert, key] = await Promise.all([readNamed('TLS_CERT_FILE', certFile), readNamed('TLS_KEY_FILE', keyFile)]);
  const certificate = parsed('TLS_CERT_FILE', certFile, 'certificate', () => new X509Certificate(cert));
  const privateKey = parsed('TLS_KEY_FILE', keyFile, 'private key without a passphrase', () => createPrivateKey(key));
  refuseMismatch(certificate, privateKey, { certFile, keyFile });
  const { validFromDate, validToDate } = certificate;
  if (validToDate <= now) {
    throw new Error(`the certificate in TLS_CERT_FILE (${certFile}) expired on ${dayOf(validToDate)}; renew it`);
  }
  if (validFromDate > now) {
    throw new Error(
      `the certificate in TLS_CERT_FILE (${certFile}) is not valid before ${dayOf(validFromDate)}; check this machine's clock`,
    );
  }
  refuseUnservable({ cert, key }, { certFile, keyFile });
  return { cert, key, validUntil: validToDate };
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

async function readNamed(setting: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${setting} (${path}) cannot be read (${cause.code}); name a file that this user can read`, {
      cause,
    });
  });
}

function parsed<Result>(setting: string, path: string, what: string, parse: () => Result): Result {
  try {
    return parse();
  } catch {
    // What OpenSSL says may quote the file.
    throw new Error(`${setting} (${path}) holds no ${what} in PEM; name the file that does`);
  }
}

function refuseMismatch(certificate: X509Certificate, key: KeyObject, files: CertificateFiles): void {
  if (certificate.checkPrivateKey(key)) return;
  throw new Error(
    `the key in TLS_KEY_FILE (${files.keyFile}) is not that of the certificate in TLS_CERT_FILE (${files.certFile}); name the pair, the certificate itself first in its file`,
  );
}

/** A key that is too short, or a damaged certificate after the first one, shows only when OpenSSL takes the whole. */
function refuseUnservable(pair: { cert: string; key: string }, files: CertificateFiles): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new Error(
      `TLS cannot be spoken with the pair in TLS_CERT_FILE (${files.certFile}) and TLS_KEY_FILE (${files.keyFile}) (${code}); see that every certificate in the first is whole, and that an RSA key has 2048 bits or more`,
      { cause: error },
    );
  }
}
