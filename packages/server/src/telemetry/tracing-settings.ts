import { type TraceFormat, traceFormats } from './trace-parent.ts';

export type TracingSettings = {
  protocol: 'http/protobuf' | 'http/json';
  /** Where spans go. May hold a password. */
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  compresses: boolean;
  /** Files of PEM: whom to trust, and who we are to the collector. */
  certificateFile: string | null;
  clientCertificateFile: string | null;
  clientKeyFile: string | null;
  serviceName: string;
  resourceAttributes: Record<string, string>;
  sampler: {
    /** Whether a caller's decision holds where it comes with one. */
    followsCaller: boolean;
    /** Of other traces, 0 to 1. */
    share: number;
  };
  batch: { delayMs: number; timeoutMs: number; mostWaiting: number; mostAtOnce: number };
  /** In which trace headers are read and written. */
  formats: readonly TraceFormat[];
};

type Readers = {
  matching: (name: string, pattern: RegExp, rule: string) => string | null;
  integer: (name: string, fallback: number, least: number, most: number) => number;
  address: (name: string, example: string) => string | null;
  list: (name: string, fallback: string[]) => string[];
  path: (name: string) => string | null;
  refuse: (name: string, rule: string) => never;
};

const prefix = 'OTEL_EXPORTER_OTLP_';
const localCollector = 'http://localhost:4318';
const tracesPath = 'v1/traces';
const longestMs = 600_000;
const mostSpans = 1_000_000;
const samplers = /^(?:parentbased_)?(?:always_on|always_off|traceidratio)$/;
/** A standard propagator that we have no use for; named because it is among the standard's defaults. */
const unused = ['baggage', 'none'];

/**
 * The settings of the OpenTelemetry specification (Environment Variable Specification, OTLP Exporter Configuration), as
 * far as they are about traces. Null: no traces. All are read and checked whether there are or not.
 */
export function readTracingSettings(read: Readers): TracingSettings | null {
  const { matching, integer, list } = read;
  /** What is said of traces goes before what is said of all signals. */
  const either = <Value>(readOne: (name: string) => Value | null, name: string): Value | null => {
    const general = readOne(`${prefix}${name}`);
    return readOne(`${prefix}TRACES_${name}`) ?? general;
  };
  const collector = read.address(`${prefix}ENDPOINT`, localCollector);
  const exact = read.address(`${prefix}TRACES_ENDPOINT`, `${localCollector}/${tracesPath}`);
  const url = exact ?? withPath(collector ?? localCollector);
  const isOff = matching('OTEL_SDK_DISABLED', /^(?:true|false)$/i, 'one of true, false')?.toLowerCase() === 'true';
  const exporter = matching('OTEL_TRACES_EXPORTER', /^(?:otlp|none)$/, 'one of otlp, none');
  const pairs = (name: string) => readPairs(read, name);
  const resourceAttributes = pairs('OTEL_RESOURCE_ATTRIBUTES');
  const serviceName = matching('OTEL_SERVICE_NAME', /^\P{Cc}{1,255}$/u, 'a name of at most 255 characters');
  const settings: TracingSettings = {
    url,
    protocol: readProtocol(either, matching),
    headers: { ...pairs(`${prefix}HEADERS`), ...pairs(`${prefix}TRACES_HEADERS`) },
    timeoutMs: either((name) => integer(name, 0, 1, longestMs) || null, 'TIMEOUT') ?? 10_000,
    compresses: either((name) => matching(name, /^(?:gzip|none)$/, 'one of gzip, none'), 'COMPRESSION') === 'gzip',
    certificateFile: either(read.path, 'CERTIFICATE'),
    clientCertificateFile: either(read.path, 'CLIENT_CERTIFICATE'),
    clientKeyFile: either(read.path, 'CLIENT_KEY'),
    serviceName: serviceName ?? resourceAttributes['service.name'] ?? 'onfile',
    resourceAttributes,
    sampler: readSampler(matching),
    batch: {
      delayMs: integer('OTEL_BSP_SCHEDULE_DELAY', 5_000, 1, longestMs),
      timeoutMs: integer('OTEL_BSP_EXPORT_TIMEOUT', 30_000, 1, longestMs),
      mostWaiting: integer('OTEL_BSP_MAX_QUEUE_SIZE', 2_048, 1, mostSpans),
      mostAtOnce: integer('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512, 1, mostSpans),
    },
    formats: readFormats(read, list('OTEL_PROPAGATORS', [...traceFormats])),
  };
  const isOn = exporter === 'otlp' || (exporter === null && (collector ?? exact) !== null);
  return isOn && !isOff ? settings : null;
}

/** The path is put behind that of the address, whether it ends with a slash or not. */
function withPath(address: string): string {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${tracesPath}`;
  return url.href;
}

function readProtocol(
  either: (readOne: (name: string) => string | null, name: string) => string | null,
  matching: Readers['matching'],
): TracingSettings['protocol'] {
  const rule = 'one of http/protobuf, http/json';
  const said = either((name) => matching(name, /^http\/(?:protobuf|json)$/, rule), 'PROTOCOL');
  return said === 'http/json' ? said : 'http/protobuf';
}

function readSampler(matching: Readers['matching']): TracingSettings['sampler'] {
  const rule = 'one of always_on, always_off, traceidratio, and the same with parentbased_ before it';
  const name = matching('OTEL_TRACES_SAMPLER', samplers, rule) ?? 'parentbased_always_on';
  const ratio = Number(
    matching('OTEL_TRACES_SAMPLER_ARG', /^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, 'a number from 0 to 1') ?? '1',
  );
  const share = name.endsWith('traceidratio') ? ratio : Number(name.endsWith('always_on'));
  return { followsCaller: name.startsWith('parentbased_'), share };
}

function readFormats({ refuse }: Readers, names: readonly string[]): TraceFormat[] {
  const isKnown = (name: string): boolean => unused.includes(name) || traceFormats.some((format) => format === name);
  if (!names.every(isKnown)) refuse('OTEL_PROPAGATORS', 'some of tracecontext, datadog, baggage, or none, with commas');
  return names.includes('none') ? [] : traceFormats.filter((format) => names.includes(format));
}

/** `name=value` with commas, both percent-encoded (W3C Baggage, without properties). */
function readPairs({ matching, refuse }: Readers, name: string): Record<string, string> {
  const rule = 'pairs such as name=value, percent-encoded, with commas';
  const text = matching(name, /^[\x20-\x7e]+$/, rule) ?? '';
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? refuse(name, rule);
      try {
        return [decodeURIComponent(key.trim()), decodeURIComponent(value.trim())];
      } catch {
        return refuse(name, rule);
      }
    }),
  );
}
