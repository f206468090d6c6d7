import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { addressesOf, listenAt } from '../http/listen.ts';
import { createTokenWaker } from '../jobs/token-waker.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { createServer } from '../server.ts';
import { openDatabase } from '../store/database.ts';
import { openJobQueue } from '../store/job-queue.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { type Certificate, readCertificate } from '../tls/certificate.ts';
import { followCertificate } from '../tls/renewal.ts';
import { renewCertificate } from '../tls/server.ts';
import { demoTenantId, servesDemo } from './demo-tenant.ts';
import { listenError } from './listen-error.ts';

/** How long answers under way may take once the server is told to stop. */
const drainMs = 10_000;

export type ListeningAt = {
  /** Where browsers reach it, without a slash at the end. */
  url: string;
  /** The one it got, where any would do. */
  port: number;
};

/** What serves HTTP: this process or several. */
export type HttpService = ListeningAt & {
  /** Takes no new requests, waits for the answers under way, and ends. */
  close(): Promise<void>;
  /** Does not wait for them any longer. */
  cut(): void;
};

/** Serves HTTP from this process. Throws a sentence when it cannot listen. */
export async function serveHttp(
  config: Config,
  databaseUrl: string,
  logger: Logger,
  metrics?: Metrics,
): Promise<HttpService> {
  const files = config.tls;
  const certificate = files ? await readCertificate(files, new Date()) : undefined;
  // Before whatever it shall see is opened.
  const tracing = await startTracing(config.tracing, logger);
  const masterKey = await openMasterKey(config, false);
  const db = openDatabase({
    url: databaseUrl,
    connections: config.databaseConnections,
    onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
  metrics?.database.follow(db);
  const onError = (error: unknown) => logger.warn({ err: error, job: 'queue' }, 'the job queue could not be used');
  const queue = await openJobQueue(db, { maintains: false, onError });
  const waker = createTokenWaker(queue, onError);
  let url = config.publicUrl ?? '';
  const { app } = await createServer({
    config,
    db,
    masterKey,
    logger,
    publicUrl: () => url,
    wakeTokenWorker: waker.wake,
    demoTenantId: servesDemo(config) ? demoTenantId : undefined,
    certificate,
    metrics,
  });
  if (certificate) metrics?.followCertificate(certificate);
  const renew = (renewed: Certificate) => {
    renewCertificate(app.server, renewed);
    metrics?.followCertificate(renewed);
  };
  const following = files && certificate && followCertificate({ files, served: certificate, renew, logger });
  let stopListening = (): Promise<void> => app.close();
  const close = async () => {
    if (following) following.stop();
    await stopListening();
    await waker.stop();
    await queue.stop();
    await db.close();
    await tracing.stop();
  };
  let port = config.port;
  try {
    const listener = await listenAt(app, await addressesOf(config.host), config.port);
    stopListening = () => listener.close();
    port = listener.port;
  } catch (error) {
    await close();
    throw listenError(error, `${config.host}:${config.port}`, { port: 'PORT', host: 'HOST' });
  }
  url = config.publicUrl ?? `${certificate ? 'https' : 'http'}://${reachableHost(config.host)}:${port}`;
  const cut = () => app.server.closeAllConnections();
  return {
    url,
    port,
    cut,
    async close() {
      const deadline = setTimeout(cut, drainMs);
      await close();
      clearTimeout(deadline);
    },
  };
}

const reachableHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};
