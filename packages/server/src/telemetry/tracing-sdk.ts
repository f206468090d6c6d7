import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { context, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import manifest from '../../package.json' with { type: 'json' };
import type { TracingSettings } from './tracing-settings.ts';

type ExporterOptions = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

/** Ours are names and codes; whatever comes to be longer is cut. */
const longestValue = 256;

/**
 * Starts OpenTelemetry's SDK. Its tracer is not registered as everybody's: what libraries would say in spans of their
 * own is not known. `onFailure` is told when spans could not be sent.
 */
export async function startExporting(
  settings: TracingSettings,
  onFailure: (error: unknown) => void,
): Promise<{ tracer: Tracer; shutDown: () => Promise<void> }> {
  const exporter = await openExporter(settings);
  setGlobalErrorHandler(onFailure);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { batch } = settings;
  const provider = new TracerProvider({
    resource: resourceOf(settings),
    sampler: samplerOf(settings),
    spanLimits: { attributeValueLengthLimit: longestValue },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: batch.delayMs,
        exportTimeoutMillis: batch.timeoutMs,
        maxQueueSize: batch.mostWaiting,
        maxExportBatchSize: Math.min(batch.mostAtOnce, batch.mostWaiting),
      }),
    ],
  });
  return {
    tracer: provider.getTracer('onfile', manifest.version),
    shutDown: () => provider.shutdown(),
  };
}

function samplerOf({ sampler }: TracingSettings): Sampler {
  const root = new TraceIdRatioBasedSampler(sampler.share);
  return sampler.followsCaller ? new ParentBasedSampler({ root }) : root;
}

const resourceOf = ({ resourceAttributes, serviceName }: TracingSettings) =>
  defaultResource()
    .merge(resourceFromAttributes({ 'service.version': manifest.version, 'service.instance.id': randomUUID() }))
    .merge(resourceFromAttributes({ ...resourceAttributes, 'service.name': serviceName }));

async function openExporter(settings: TracingSettings): Promise<SpanExporter> {
  const options: ExporterOptions = {
    url: settings.url,
    headers: settings.headers,
    timeoutMillis: settings.timeoutMs,
    compression: (settings.compresses ? 'gzip' : 'none') as NonNullable<ExporterOptions['compression']>,
    httpAgentOptions: { keepAlive: true, ...(await certificatesOf(settings)) },
  };
  const { OTLPTraceExporter: Exporter } =
    settings.protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new Exporter(options);
}

async function certificatesOf({ certificateFile, clientCertificateFile, clientKeyFile }: TracingSettings) {
  return {
    ...(certificateFile ? { ca: await readPem(certificateFile, 'OTEL_EXPORTER_OTLP_CERTIFICATE') } : {}),
    ...(clientCertificateFile
      ? { cert: await readPem(clientCertificateFile, 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE') }
      : {}),
    ...(clientKeyFile ? { key: await readPem(clientKeyFile, 'OTEL_EXPORTER_OTLP_CLIENT_KEY') } : {}),
  };
}

async function readPem(path: string, setting: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`the file ${path} of ${setting} cannot be read; correct the setting or the file's permissions`, {
      cause,
    });
  }
}
