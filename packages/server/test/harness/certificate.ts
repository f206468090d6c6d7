import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { generate } from 'selfsigned';
import type { CertificateFiles } from '../../src/tls/certificate.ts';

export type MadeCertificate = { cert: string; key: string };

/** A certificate for this machine that nobody vouches for, good for a month unless it says otherwise. */
export async function makeCertificate(
  options: { commonName?: string; from?: Date; until?: Date; rsaBits?: number } = {},
): Promise<MadeCertificate> {
  const dayMs = 86_400_000;
  const made = await generate([{ name: 'commonName', value: options.commonName ?? 'onfile.test' }], {
    ...(options.rsaBits ? { keyType: 'rsa', keySize: options.rsaBits } : { keyType: 'ec', curve: 'P-256' }),
    algorithm: 'sha256',
    notBeforeDate: options.from ?? new Date(Date.now() - dayMs),
    notAfterDate: options.until ?? new Date(Date.now() + 30 * dayMs),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Puts them where settings can name them; both are there at once, as renewals do it. */
export async function writeCertificate(files: CertificateFiles, { cert, key }: MadeCertificate): Promise<void> {
  await writeFile(`${files.certFile}.new`, cert);
  await writeFile(`${files.keyFile}.new`, key, { mode: 0o600 });
  await rename(`${files.keyFile}.new`, files.keyFile);
  await rename(`${files.certFile}.new`, files.certFile);
}

/** A directory with a certificate in it, gone after the test. */
export async function certificateFiles(t: TestContext, made: MadeCertificate): Promise<CertificateFiles> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-tls-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') };
  await writeCertificate(files, made);
  return files;
}
