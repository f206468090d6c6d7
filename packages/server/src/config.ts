import { isIP } from 'node:net';
import { resolve } from 'node:path';

import type { S3Settings } from './connectors/files/s3-storage.ts';
import { type MasterKeySettings, readMasterKeySettings } from './keys/master-key-settings.ts';
import { readTracingSettings, type TracingSettings } from './telemetry/tracing-settings.ts';
import type { CertificateFiles } from './tls/certificate.ts';

/** Everything the environment can say, read once. Every setting stands in docs/guides/settings.md. */
export type Config = MasterKeySettings & {
  port: number;
  host: string;
  /** Absolute. */
  dataDir: string;
  /** Null: the embedded database. */
  databaseUrl: string | null;
  databaseMigrationUrl: string | null;
  databaseConnections: number;
  workers: number;
  /** Null: no limit but a tenant's own. */
  rateLimitPerMinute: number | null;
  /** How long requests may wait before further ones are refused; null: none ever is. */
  overloadDelayMs: number | null;
  /** Where signed checkpoints of the audit are copied to, outside the database. */
  auditCheckpointDir: string;
  /** Where erasures are written down outside the database, to be done again in one that is restored. */
  erasureRegisterDir: string;
  /** Where browsers reach the server; null: the address that it listens on. */
  publicUrl: string | null;
  trustedProxies: string[];
  /** The server's own certificate; null: HTTP, which a proxy may encrypt. */
  tls: CertificateFiles | null;
  /** Whether the embedded database may hold the demo. */
  demo: boolean;
  tokenAudiences: string[];
  sessionMinutes: number;
  tokenizationTimeoutMs: number;
  /** Where files are kept when no bucket is named. */
  filesDir: string;
  filesMaxBytes: number;
  /** Null: files are not scanned. */
  filesScanUrl: string | null;
  filesS3: S3Settings | null;
  simulatorLatencyMs: number;
  simulatorFailureRate: number;
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Null: no metrics are counted or served. */
  metricsPort: number | null;
  metricsHost: string;
  /** Null: no traces are made. */
  tracing: TracingSettings | null;
};

/** A setting that cannot be used. The message is a sentence for whoever starts the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const hostNamePattern = /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i;

/** `10.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`, or one of the names that stand for such ranges. */
function isAddressRange(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits = '0', ...rest] = text.split('/');
  const family = isIP(address);
  return family > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings. Throws `ConfigError` for the first bad one. */
export function readConfig(environment: Environment = process.env): Config {
  const text = (name: string): string | null => environment[name]?.trim() || null;
  const refuse = (name: string, rule: string): never => {
    throw new ConfigError(`${name} must be ${rule}; change it or unset it and start again.`);
  };
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const value = text(name);
    if (value === null) return fallback;
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : refuse(name, `a whole number from ${least} to ${most}`);
  };
  const list = (name: string, fallback: string[]): string[] => {
    const value = text(name);
    if (value === null) return fallback;
    const items = value.split(',').map((item) => item.trim());
    return items.every((item) => item !== '') ? items : refuse(name, 'a list of values separated by commas');
  };
  const databaseUrl = (name: string): string | null => {
    const value = text(name);
    if (value === null || /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
    return refuse(name, 'a PostgreSQL address such as postgres://user:password@host:5432/database');
  };
  const origin = (name: string): string | null => {
    const value = text(name);
    if (value === null) return null;
    const url = URL.parse(value);
    if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash) return url.origin;
    return refuse(name, 'an origin such as https://pay.example.com, without a path');
  };
  const address = (name: string, example: string): string | null => {
    const value = text(name);
    if (value === null || /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
    return refuse(name, `an address such as ${example}`);
  };
  const matching = (name: string, pattern: RegExp, rule: string): string | null => {
    const value = text(name);
    return value === null || pattern.test(value) ? value : refuse(name, rule);
  };
  const share = (name: string): number => {
    const value = text(name) ?? '0';
    const number = /^\d(\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN;
    return number <= 1 ? number : refuse(name, 'a number from 0 to 1, such as 0.05');
  };
  const hostName = (name: string, fallback: string): string => {
    const value = text(name) ?? fallback;
    return isIP(value) > 0 || hostNamePattern.test(value) ? value : refuse(name, 'an address or a host name');
  };
  const proxies = (name: string): string[] => {
    const items = list(name, []);
    return items.every(isAddressRange) ? items : refuse(name, 'addresses or ranges such as 10.0.0.0/8, with commas');
  };
  const path = (name: string): string | null => {
    const value = text(name);
    return value === null ? null : resolve(value);
  };
  const level = text('LOG_LEVEL') ?? 'info';
  const levels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
  const dataDir = resolve(text('DATA_DIR') ?? '.onfile');
  const s3 = readS3Settings({ matching, origin });
  const masterKey = readMasterKeySettings({ dataDir, text, matching, list, origin, refuse });
  if (typeof masterKey === 'string') throw new ConfigError(masterKey);
  const rateLimit = integer('RATE_LIMIT_PER_MINUTE', 1000, 0, 1_000_000_000);
  const overloadDelay = integer('OVERLOAD_DELAY_MS', 50, 0, 10_000);

  const config: Config = {
    port: integer('PORT', 8080, 0, 65_535),
    host: hostName('HOST', '127.0.0.1'),
    dataDir,
    databaseUrl: databaseUrl('DATABASE_URL'),
    databaseMigrationUrl: databaseUrl('DATABASE_MIGRATION_URL'),
    databaseConnections: integer('DATABASE_CONNECTIONS', 10, 2, 500),
    workers: integer('WORKERS', 1, 1, 64),
    rateLimitPerMinute: rateLimit === 0 ? null : rateLimit,
    overloadDelayMs: overloadDelay === 0 ? null : overloadDelay,
    ...masterKey,
    auditCheckpointDir: resolve(text('AUDIT_CHECKPOINT_DIR') ?? `${dataDir}/audit-checkpoints`),
    erasureRegisterDir: resolve(text('ERASURE_REGISTER_DIR') ?? `${dataDir}/erasures`),
    publicUrl: origin('PUBLIC_URL'),
    trustedProxies: proxies('TRUSTED_PROXIES'),
    tls: readTlsFiles(text),
    demo: (matching('DEMO', /^(?:on|off)$/, 'one of on, off') ?? 'on') === 'on',
    tokenAudiences: list('TOKEN_AUDIENCES', ['https://api.rhythmsoftware.com', 'urn:onfile:api']),
    sessionMinutes: integer('SESSION_MINUTES', 30, 1, 120),
    tokenizationTimeoutMs: integer('TOKENIZATION_TIMEOUT_MS', 10_000, 100, 25_000),
    filesDir: resolve(text('FILES_DIR') ?? `${dataDir}/files`),
    filesMaxBytes: integer('FILES_MAX_BYTES', 10_485_760, 1, 5_000_000_000),
    filesScanUrl: address('FILES_SCAN_URL', 'https://scanner.example.com/scan'),
    filesS3: s3,
    simulatorLatencyMs: integer('SIMULATOR_LATENCY_MS', 0, 0, 60_000),
    simulatorFailureRate: share('SIMULATOR_FAILURE_RATE'),
    metricsPort: text('METRICS_PORT') === null ? null : integer('METRICS_PORT', 0, 0, 65_535),
    metricsHost: hostName('METRICS_HOST', '127.0.0.1'),
    logLevel: levels.find((known) => known === level) ?? refuse('LOG_LEVEL', `one of ${levels.join(', ')}`),
    tracing: readTracingSettings({ matching, integer, address, list, path, refuse }),
  };
  if (config.databaseMigrationUrl && !config.databaseUrl) {
    throw new ConfigError('DATABASE_MIGRATION_URL is set without DATABASE_URL; set both or neither.');
  }
  if (config.tls && config.publicUrl?.startsWith('http:')) {
    throw new ConfigError('PUBLIC_URL begins with http:// though TLS_CERT_FILE is set; let it begin with https://.');
  }
  return config;
}

/** Throws `ConfigError` for a certificate without its key, or the other way round. */
function readTlsFiles(text: (name: string) => string | null): CertificateFiles | null {
  const certFile = text('TLS_CERT_FILE');
  const keyFile = text('TLS_KEY_FILE');
  if (certFile === null && keyFile === null) return null;
  if (certFile === null || keyFile === null) {
    const [given, missing] = certFile ? ['TLS_CERT_FILE', 'TLS_KEY_FILE'] : ['TLS_KEY_FILE', 'TLS_CERT_FILE'];
    throw new ConfigError(`${given} is set without ${missing}; set both or neither.`);
  }
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) };
}

/** The bucket for files, null when none is named. Throws `ConfigError` for one without credentials. */
function readS3Settings(read: {
  matching: (name: string, pattern: RegExp, rule: string) => string | null;
  origin: (name: string) => string | null;
}): S3Settings | null {
  const { matching } = read;
  const bucket = matching('FILES_S3_BUCKET', /^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, 'the name of a bucket');
  const region = matching('FILES_S3_REGION', /^[a-z\d-]{1,63}$/, 'a region such as eu-central-1') ?? 'us-east-1';
  const accessKeyId = matching('FILES_S3_ACCESS_KEY_ID', /^[\x21-\x7e]+$/, 'an access key id, without spaces');
  const secretAccessKey = matching('FILES_S3_SECRET_ACCESS_KEY', /^[\x21-\x7e]+$/, 'a secret key, without spaces');
  const encryption = matching('FILES_S3_ENCRYPTION', /^(?:AES256|none)$/, 'one of AES256, none') ?? 'AES256';
  const endpoint = read.origin('FILES_S3_ENDPOINT');
  if (bucket === null) return null;
  if (accessKeyId === null || secretAccessKey === null) {
    throw new ConfigError(
      'FILES_S3_BUCKET is set without FILES_S3_ACCESS_KEY_ID and FILES_S3_SECRET_ACCESS_KEY; set all three or none.',
    );
  }
  return {
    bucket,
    region,
    endpoint,
    accessKeyId,
    secretAccessKey,
    encryption: encryption === 'none' ? null : 'AES256',
  };
}
