import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateFiles, makeCertificate } from '../../../test/harness/certificate.ts';
import { readConfig } from '../../config.ts';
import { examineCertificate } from './serving.ts';

const dayMs = 86_400_000;

test('onfile doctor asks for a certificate to be renewed while there is time, and names one that cannot be served', async (t) => {
  const examine = async (until: Date) => {
    const { certFile, keyFile } = await certificateFiles(t, await makeCertificate({ from: new Date(0), until }));
    const [finding] = await examineCertificate(readConfig({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }));
    return finding;
  };
  assert.equal((await examine(new Date(Date.now() + 15 * dayMs)))?.state, 'good');
  const short = await examine(new Date(Date.now() + 5.5 * dayMs));
  assert.equal(short?.state, 'bad');
  assert.match(short?.found ?? '', /is good for 5 more days\.$/);
  assert.equal(short?.mend, 'Renew it; the server takes the new files without a restart.');
  const over = await examine(new Date(Date.now() - dayMs));
  assert.deepEqual([over?.state, over?.mend], ['bad', 'Renew it.']);
  assert.deepEqual(await examineCertificate(readConfig({})), []);
});
