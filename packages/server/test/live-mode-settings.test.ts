import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../src/config.ts';
import { liveModeFaults } from '../src/ops/tenants/live-mode.ts';

const database = { DATABASE_URL: 'postgres://onfile:pw@db/onfile' };
const apart = { DATA_DIR: '/srv/onfile', MASTER_KEY_FILE: '/etc/onfile/master-key.json' };
const certificate = { TLS_CERT_FILE: '/etc/tls/cert.pem', TLS_KEY_FILE: '/etc/tls/key.pem' };
const proxy = { PUBLIC_URL: 'https://pay.example.com', TRUSTED_PROXIES: '10.0.0.0/8' };
const kms = {
  MASTER_KEY_PROVIDER: 'aws-kms',
  MASTER_KEY_AWS_KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};

const faults = (settings: Record<string, string | undefined>) => liveModeFaults(readConfig(settings));

test('live mode wants HTTPS, the server’s own or a named proxy’s', () => {
  assert.deepEqual(faults({ ...database, ...apart, ...certificate }), []);
  assert.deepEqual(faults({ ...database, ...apart, ...proxy }), []);
  for (const settings of [
    {},
    { PUBLIC_URL: proxy.PUBLIC_URL },
    { TRUSTED_PROXIES: proxy.TRUSTED_PROXIES },
    { ...proxy, PUBLIC_URL: 'http://pay.example.com' },
  ]) {
    const [fault, ...others] = faults({ ...database, ...apart, ...settings });
    assert.match(fault ?? '', /^it is served over HTTPS only; set TLS_CERT_FILE and TLS_KEY_FILE, or /);
    assert.deepEqual(others, []);
  }
});

test('live mode wants the master key away from what it opens', () => {
  const own = { ...database, ...certificate, DATA_DIR: '/srv/onfile' };
  for (const MASTER_KEY_FILE of ['', '/srv/onfile/keys/master-key.json', '/srv/onfile/../onfile/key.json']) {
    assert.match(faults({ ...own, MASTER_KEY_FILE }).join(), /^the master key must not lie in DATA_DIR/);
  }
  assert.deepEqual(faults({ ...own, MASTER_KEY_FILE: '/srv/onfile-keys/master-key.json' }), []);
  assert.deepEqual(faults({ ...own, ...kms }), []);
  assert.equal(faults({ ...own, ...kms, MASTER_KEY_PROVIDER: 'aws-kms,file' }).length, 1);
});

test('live mode and the demo exclude each other', () => {
  const embedded = { ...apart, ...certificate };
  assert.deepEqual(faults(embedded), ['the demo does not belong beside real cards; set DEMO=off']);
  assert.deepEqual(faults({ ...embedded, DEMO: 'off' }), []);
});

test('all that is lacking is told at once', () => {
  assert.equal(faults({}).length, 3);
});
