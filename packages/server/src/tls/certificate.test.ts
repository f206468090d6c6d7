import assert from 'node:assert/strict';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { certificateFiles, makeCertificate, writeCertificate } from '../../test/harness/certificate.ts';
import { readCertificate } from './certificate.ts';

const now = new Date();
const dayMs = 86_400_000;

async function refusal(t: TestContext, change: (files: { certFile: string; keyFile: string }) => Promise<void>) {
  const files = await certificateFiles(t, await makeCertificate());
  await change(files);
  const error = await readCertificate(files, now).then(
    () => null,
    (reason: Error) => reason,
  );
  return error?.message ?? 'taken';
}

test('a certificate with its key is taken, and says until when it is good', async (t) => {
  const made = await makeCertificate({ until: new Date(now.getTime() + 10 * dayMs) });
  const read = await readCertificate(await certificateFiles(t, made), now);
  assert.deepEqual([read.cert, read.key], [made.cert, made.key]);
  assert.ok(Math.abs(read.validUntil.getTime() - now.getTime() - 10 * dayMs) < 60_000);
});

test('what cannot be served with is refused by a sentence that names the setting and says what to do', async (t) => {
  const refused: [RegExp, Parameters<typeof refusal>[1]][] = [
    [/^TLS_CERT_FILE \(.*\) cannot be read \(ENOENT\); name a file/, ({ certFile }) => rm(certFile)],
    [/^TLS_KEY_FILE \(.*\) cannot be read \(ENOENT\); name a file/, ({ keyFile }) => rm(keyFile)],
    [/^TLS_CERT_FILE \(.*\) holds no certificate in PEM/, ({ certFile }) => writeFile(certFile, 'certificate')],
    [/^TLS_CERT_FILE \(.*\) holds no certificate in PEM/, ({ certFile }) => writeFile(certFile, '')],
    [/^TLS_KEY_FILE \(.*\) holds no private key without a passphrase/, ({ keyFile }) => writeFile(keyFile, 'canary')],
    [
      /^the key in TLS_KEY_FILE \(.*\) is not that of the certificate in TLS_CERT_FILE \(.*\); name the pair/,
      async ({ keyFile }) => writeFile(keyFile, (await makeCertificate()).key),
    ],
    [
      /^TLS cannot be spoken with the pair .* \(ERR_OSSL_\w+\); see that every certificate/,
      ({ certFile }) => appendFile(certFile, '\n-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n'),
    ],
    [
      /^TLS cannot be spoken with the pair .* \(ERR_SSL_EE_KEY_TOO_SMALL\); .* 2048 bits or more$/,
      async (files) => writeCertificate(files, await makeCertificate({ rsaBits: 1024 })),
    ],
    [
      /^the certificate in TLS_CERT_FILE \(.*\) expired on \d{4}-\d\d-\d\d; renew it$/,
      async (files) =>
        writeCertificate(
          files,
          await makeCertificate({ from: new Date(now.getTime() - 9 * dayMs), until: new Date(now.getTime() - dayMs) }),
        ),
    ],
    [
      /is not valid before \d{4}-\d\d-\d\d; check this machine's clock$/,
      async (files) => writeCertificate(files, await makeCertificate({ from: new Date(now.getTime() + dayMs) })),
    ],
  ];
  for (const [sentence, change] of refused) {
    const message = await refusal(t, change);
    assert.match(message, sentence);
    assert.doesNotMatch(message, /canary/);
  }
});

test('a directory in place of a file is told as what cannot be read', async (t) => {
  const files = await certificateFiles(t, await makeCertificate());
  await assert.rejects(
    readCertificate({ ...files, certFile: join(files.certFile, '..') }, now),
    /cannot be read \(EISDIR\)/,
  );
});
