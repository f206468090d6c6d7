import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

/** Values that each setting refuses, and what the sentence says about the ones that would do. */
const refused: Record<string, { values: string[]; rule: RegExp }> = {
  PORT: { values: ['web', '-1', '65536', '80.5', '0x50', '1e3'], rule: /a whole number from 0 to 65535/ },
  HOST: { values: ['http://localhost', 'a b', '127.0.0.1:80', '-x', '/tmp/socket'], rule: /an address or a host name/ },
  DATABASE_URL: { values: ['localhost', 'mysql://root:s3cret@db/x', 's3cret'], rule: /such as postgres:\/\// },
  DATABASE_MIGRATION_URL: { values: ['mysql://root:s3cret@db/x'], rule: /such as postgres:\/\// },
  DATABASE_CONNECTIONS: { values: ['1', '501', 'many'], rule: /from 2 to 500/ },
  WORKERS: { values: ['0', '65', 'two', '1.5'], rule: /from 1 to 64/ },
  OVERLOAD_DELAY_MS: { values: ['-1', '0.5', '10001'], rule: /from 0 to 10000/ },
  RATE_LIMIT_PER_MINUTE: { values: ['-1', 'none', '10000000000'], rule: /from 0 to 1000000000/ },
  PUBLIC_URL: { values: ['pay.example.com', 'ftp://x', 'https://x/path', 'https://x?y'], rule: /an origin such as/ },
  TRUSTED_PROXIES: {
    values: ['proxy.example.com', '10.0.0.0/33', '10.0.0.1/8/8', '10.0.0.1,', '::/129', '1.2.3.4/x'],
    rule: /addresses or ranges such as 10\.0\.0\.0\/8|separated by commas/,
  },
  DEMO: { values: ['true', 'no', 'OFF'], rule: /one of on, off/ },
  TOKEN_AUDIENCES: { values: ['a,,b', ','], rule: /separated by commas/ },
  SESSION_MINUTES: { values: ['0', '121', 'long'], rule: /from 1 to 120/ },
  TOKENIZATION_TIMEOUT_MS: { values: ['99', '25001', '5s'], rule: /from 100 to 25000/ },
  MASTER_KEY_PROVIDER: {
    values: ['kms', 'file,,aws-kms', 'file,file'],
    rule: /one of file, aws-kms, vault-transit|commas/,
  },
  MASTER_KEY_AWS_KEY_ARN: {
    values: ['alias/onfile', 'arn:aws:kms:eu-central-1:111122223333:alias/onfile', 'arn:aws:s3:::bucket'],
    rule: /the ARN of a key such as arn:aws:kms:/,
  },
  MASTER_KEY_AWS_ENDPOINT: { values: ['kms', 'http://kms.example.com'], rule: /an origin such as https/ },
  MASTER_KEY_AWS_ACCESS_KEY_ID: { values: ['a b'], rule: /an access key id/ },
  MASTER_KEY_AWS_SECRET_ACCESS_KEY: { values: ['s3cret key'], rule: /a secret key/ },
  MASTER_KEY_VAULT_ADDRESS: {
    values: ['vault:8200', 'http://vault.example.com:8200', 'https://vault.example.com/v1'],
    rule: /an origin such as https/,
  },
  MASTER_KEY_VAULT_MOUNT: { values: ['/transit', 'a b', '../sys', 'a//b'], rule: /the path of a secrets engine/ },
  MASTER_KEY_VAULT_KEY: { values: ['a/b', '../../sys', 'a b'], rule: /the name of a key/ },
  MASTER_KEY_VAULT_NAMESPACE: { values: ['a b', '/a', 'ä'], rule: /a namespace such as/ },
  FILES_MAX_BYTES: { values: ['0', '5000000001', '10MB'], rule: /from 1 to 5000000000/ },
  FILES_SCAN_URL: { values: ['scanner', 'ftp://scanner', '/scan'], rule: /an address such as/ },
  FILES_S3_BUCKET: { values: ['a', 'Files', 'a/b', 'a b'], rule: /the name of a bucket/ },
  FILES_S3_REGION: { values: ['eu west', 'EU'], rule: /a region such as/ },
  FILES_S3_ENDPOINT: { values: ['storage', 'https://storage/path'], rule: /an origin such as/ },
  FILES_S3_ACCESS_KEY_ID: { values: ['a b', 'schlüssel'], rule: /an access key id/ },
  FILES_S3_SECRET_ACCESS_KEY: { values: ['s3cret key'], rule: /a secret key/ },
  FILES_S3_ENCRYPTION: { values: ['aes', 'aws:kms'], rule: /one of AES256, none/ },
  SIMULATOR_LATENCY_MS: { values: ['-1', '60001'], rule: /from 0 to 60000/ },
  SIMULATOR_FAILURE_RATE: { values: ['1.1', '-0.1', '10%', '0x1', '1e-1'], rule: /from 0 to 1/ },
  METRICS_PORT: { values: ['off', '-1', '65536', '9464.5'], rule: /a whole number from 0 to 65535/ },
  METRICS_HOST: { values: ['http://localhost', 'a b', '127.0.0.1:80'], rule: /an address or a host name/ },
  OTEL_SDK_DISABLED: { values: ['yes', '1'], rule: /one of true, false/ },
  OTEL_TRACES_EXPORTER: { values: ['jaeger', 'console', 'OTLP'], rule: /one of otlp, none/ },
  OTEL_SERVICE_NAME: { values: ['a\nb', 'x'.repeat(256)], rule: /at most 255 characters/ },
  OTEL_RESOURCE_ATTRIBUTES: { values: ['prod', '=prod', 'a=%zz'], rule: /pairs such as name=value/ },
  OTEL_TRACES_SAMPLER: { values: ['on', 'jaeger_remote', '0.5'], rule: /one of always_on, always_off, traceidratio/ },
  OTEL_TRACES_SAMPLER_ARG: { values: ['-1', '1.1', '10%', 'all'], rule: /a number from 0 to 1/ },
  OTEL_PROPAGATORS: { values: ['b3', 'tracecontext,jaeger', 'a,,b'], rule: /some of tracecontext, datadog|commas/ },
  OTEL_BSP_SCHEDULE_DELAY: { values: ['0', '5s'], rule: /from 1 to 600000/ },
  OTEL_BSP_EXPORT_TIMEOUT: { values: ['0', '5s'], rule: /from 1 to 600000/ },
  OTEL_BSP_MAX_QUEUE_SIZE: { values: ['0', 'many'], rule: /from 1 to 1000000/ },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { values: ['0', 'many'], rule: /from 1 to 1000000/ },
  ...Object.fromEntries(
    ['OTEL_EXPORTER_OTLP_', 'OTEL_EXPORTER_OTLP_TRACES_'].flatMap((prefix) => [
      [`${prefix}ENDPOINT`, { values: ['collector:4318', 'grpc://s3cret@x'], rule: /an address such as http:/ }],
      [`${prefix}PROTOCOL`, { values: ['grpc', 'json'], rule: /one of http\/protobuf, http\/json/ }],
      [`${prefix}HEADERS`, { values: ['s3cret', '=s3cret', 'a=%zz'], rule: /pairs such as name=value/ }],
      [`${prefix}TIMEOUT`, { values: ['0', '10s'], rule: /from 1 to 600000/ }],
      [`${prefix}COMPRESSION`, { values: ['zstd', 'on'], rule: /one of gzip, none/ }],
    ]),
  ),
  LOG_LEVEL: { values: ['verbose', 'INFO', 'trace'], rule: /one of silent, error, warn, info, debug/ },
};

for (const [name, { values, rule }] of Object.entries(refused)) {
  test(`a bad ${name} is refused by a sentence that names it and says what would do`, () => {
    for (const value of values) {
      assert.throws(
        () => readConfig({ DATABASE_URL: 'postgres://onfile:pw@db/onfile', [name]: value }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.ok(error.message.startsWith(`${name} must be `), error.message);
          assert.match(error.message, rule);
          assert.match(error.message, /start again\.$/);
          // An address may hold a password.
          assert.doesNotMatch(error.message, /s3cret/);
          return true;
        },
      );
    }
  });
}

/** Only their use can refuse them. */
const paths = [
  'DATA_DIR',
  'MASTER_KEY_FILE',
  'MASTER_KEY_VAULT_TOKEN_FILE',
  'AUDIT_CHECKPOINT_DIR',
  'ERASURE_REGISTER_DIR',
  'FILES_DIR',
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  ...['', 'TRACES_'].flatMap((signal) =>
    ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map((file) => `OTEL_EXPORTER_OTLP_${signal}${file}`),
  ),
];

test('every setting has values that are refused, but for the paths, which only their use can refuse', () => {
  const read: string[] = [];
  const record = { get: (_: object, name: string) => void read.push(name) };
  readConfig(new Proxy<Record<string, string>>({}, record));
  assert.deepEqual([...new Set(read)].toSorted(), [...Object.keys(refused), ...paths].toSorted());
});

test('the owner’s address without the server’s is refused, since it would be used for nothing', () => {
  assert.throws(
    () => readConfig({ DATABASE_MIGRATION_URL: 'postgres://owner@db/onfile' }),
    /^ConfigError: DATABASE_MIGRATION_URL is set without DATABASE_URL/,
  );
});

test('a certificate without its key, and an address over HTTP beside it, are refused', () => {
  assert.throws(
    () => readConfig({ TLS_CERT_FILE: 'cert.pem' }),
    /^ConfigError: TLS_CERT_FILE is set without TLS_KEY_FILE;/,
  );
  assert.throws(
    () => readConfig({ TLS_KEY_FILE: 'key.pem' }),
    /^ConfigError: TLS_KEY_FILE is set without TLS_CERT_FILE;/,
  );
  assert.throws(
    () => readConfig({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem', PUBLIC_URL: 'http://pay.example.com' }),
    /^ConfigError: PUBLIC_URL begins with http:\/\/ though TLS_CERT_FILE is set;/,
  );
});

test('a bucket without credentials is refused, since nothing could be kept in it', () => {
  assert.throws(
    () => readConfig({ FILES_S3_BUCKET: 'files', FILES_S3_ACCESS_KEY_ID: 'key' }),
    /^ConfigError: FILES_S3_BUCKET is set without/,
  );
});

test('a provider of the master key without what it needs is refused, since nothing could be opened', () => {
  assert.throws(() => readConfig({ MASTER_KEY_PROVIDER: 'aws-kms,file' }), /without MASTER_KEY_AWS_KEY_ARN/);
  const vault = { MASTER_KEY_PROVIDER: 'vault-transit', MASTER_KEY_VAULT_ADDRESS: 'https://vault.example.com:8200' };
  assert.throws(() => readConfig(vault), /without MASTER_KEY_VAULT_ADDRESS and MASTER_KEY_VAULT_TOKEN_FILE/);
  assert.throws(() => readConfig({ MASTER_KEY_AWS_ACCESS_KEY_ID: 'key' }), /belong together; set both or neither/);
});

test('a setting that is empty or blank counts as unset', () => {
  const { dataDir: _, ...unset } = readConfig({});
  const blank = Object.fromEntries([...Object.keys(refused), ...paths].map((name) => [name, ' ']));
  const { dataDir: __, ...config } = readConfig(blank);
  assert.deepEqual(config, unset);
});

test('values are taken as they are meant', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '::1',
    DATA_DIR: '/srv/onfile',
    DATABASE_URL: 'postgresql://onfile:pw@db:5432/onfile?sslmode=require',
    RATE_LIMIT_PER_MINUTE: '0',
    PUBLIC_URL: 'https://pay.example.com/',
    TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8 ,loopback,192.0.2.1',
    SIMULATOR_FAILURE_RATE: '0.25',
  });
  assert.equal(config.port, 0);
  assert.equal(config.host, '::1');
  assert.equal(config.masterKeyFile, '/srv/onfile/master-key.json');
  assert.equal(config.rateLimitPerMinute, null);
  assert.equal(config.publicUrl, 'https://pay.example.com');
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', 'fd00::/8', 'loopback', '192.0.2.1']);
  assert.equal(config.simulatorFailureRate, 0.25);
});

test('traces go where the standard’s variables say, and nowhere when they say so', () => {
  const tracingOf = (environment: Record<string, string>) => readConfig(environment).tracing;
  assert.equal(tracingOf({}), null);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com:4318/otlp/' };
  assert.equal(tracingOf(endpoint)?.url, 'https://collector.example.com:4318/otlp/v1/traces');
  const exact = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/spans' };
  assert.equal(tracingOf({ ...endpoint, ...exact })?.url, 'http://127.0.0.1:9/spans');
  assert.equal(tracingOf({ OTEL_TRACES_EXPORTER: 'otlp' })?.url, 'http://localhost:4318/v1/traces');
  assert.equal(tracingOf({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }), null);
  assert.equal(tracingOf({ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }), null);
  const settings = tracingOf({
    ...endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc==,x-team=pay%20ments',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-team=vault',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=vault,deployment.environment=prod',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_PROPAGATORS: 'tracecontext,baggage',
  });
  assert.deepEqual(settings?.headers, { 'api-key': 'abc==', 'x-team': 'vault' });
  assert.deepEqual([settings?.serviceName, settings?.compresses], ['vault', true]);
  assert.deepEqual(settings?.sampler, { followsCaller: true, share: 0.25 });
  assert.deepEqual(settings?.formats, ['tracecontext']);
});
