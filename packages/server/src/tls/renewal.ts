import type { Logger } from 'pino';
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.ts';

/** Reading two small files; a watch would miss files that are swapped by a link, as Kubernetes does it. */
const pauseMs = 5_000;

/**
 * Hands on the certificate whenever its files hold another one. Until both files are of one another, as while they are
 * being replaced, and when the new one cannot be used, the one before stays; the log says so once.
 */
export function followCertificate(options: {
  files: CertificateFiles;
  served: Certificate;
  renew: (certificate: Certificate) => void;
  logger: Logger;
  everyMs?: number;
}): { stop: () => void } {
  const { files, renew, logger, everyMs = pauseMs } = options;
  let { served } = options;
  let complaint = '';
  let isReading = false;

  async function look(): Promise<void> {
    try {
      const found = await readCertificate(files, new Date());
      complaint = '';
      if (found.cert === served.cert && found.key === served.key) return;
      renew(found);
      served = found;
      logger.info('the TLS certificate was renewed');
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the certificate cannot be served';
      if (reason === complaint) return;
      complaint = reason;
      // Of our own words and paths of settings; never a line of the files.
      logger.error(`${reason} (the one before is served on)`);
    }
  }
  const timer = setInterval(() => {
    if (isReading) return;
    isReading = true;
    void look().finally(() => {
      isReading = false;
    });
  }, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}
