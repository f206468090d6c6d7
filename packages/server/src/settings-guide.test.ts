import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from './config.ts';

const guide = join(import.meta.dirname, '../../../docs/guides/settings.md');

/** The first two cells of each row: a name in backticks, and a value in backticks or the word unset. */
async function documentedSettings(): Promise<{ name: string; value: string | null }[]> {
  const rows = (await readFile(guide, 'utf8')).matchAll(/^\| `([A-Z\d_]+)` \| (?:`([^`]+)`|unset)/gm);
  return [...rows].map(([, name = '', value]) => ({ name, value: value ?? null }));
}

test('the guide names exactly the settings that are read', async () => {
  const read = new Set<string>();
  const environment = new Proxy<Record<string, string>>(
    {},
    {
      get(_, name) {
        read.add(String(name));
        return undefined;
      },
    },
  );
  readConfig(environment);
  const documented = (await documentedSettings()).map(({ name }) => name);
  assert.deepEqual(documented.toSorted(), [...read].toSorted());
});

test('setting everything to the guide’s defaults changes nothing', async () => {
  const unset = readConfig({});
  for (const { name, value } of await documentedSettings()) {
    if (value !== null) assert.deepEqual(readConfig({ [name]: value }), unset, name);
  }
});

test('what the guide calls unset has no default', async () => {
  const unset = (await documentedSettings()).filter(({ value }) => value === null);
  const config = readConfig({});
  assert.deepEqual(
    unset.map(({ name }) => name),
    [
      'PUBLIC_URL',
      'TRUSTED_PROXIES',
      'TLS_CERT_FILE',
      'TLS_KEY_FILE',
      'METRICS_PORT',
      'MASTER_KEY_AWS_KEY_ARN',
      'MASTER_KEY_AWS_ENDPOINT',
      'MASTER_KEY_AWS_ACCESS_KEY_ID',
      'MASTER_KEY_AWS_SECRET_ACCESS_KEY',
      'MASTER_KEY_VAULT_ADDRESS',
      'MASTER_KEY_VAULT_TOKEN_FILE',
      'MASTER_KEY_VAULT_NAMESPACE',
      'DATABASE_URL',
      'DATABASE_MIGRATION_URL',
      'FILES_SCAN_URL',
      'FILES_S3_BUCKET',
      'FILES_S3_ENDPOINT',
      'FILES_S3_ACCESS_KEY_ID',
      'FILES_S3_SECRET_ACCESS_KEY',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      'OTEL_TRACES_EXPORTER',
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
      'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
      'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
      'OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE',
      'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
      'OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE',
      'OTEL_EXPORTER_OTLP_CLIENT_KEY',
      'OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY',
      'OTEL_RESOURCE_ATTRIBUTES',
    ],
  );
  assert.deepEqual(
    [config.publicUrl, config.trustedProxies, config.databaseUrl, config.databaseMigrationUrl, config.filesScanUrl],
    [null, [], null, null, null],
  );
  assert.deepEqual([config.tls, config.demo, config.metricsPort], [null, true, null]);
  assert.equal(config.tracing, null);
  assert.deepEqual([config.filesS3, config.masterKeyAwsKms, config.masterKeyVaultTransit], [null, null, null]);
});
