import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createTokenWaker } from '../jobs/token-waker.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { createServer } from '../server.ts';
import { openDatabase } from '../store/database.ts';
import { openJobQueue } from '../store/job-queue.ts';
import { readCertificate } from '../tls/certificate.ts';
import { followCertificate } from '../tls/renewal.ts';
import { renewCertificate } from '../tls/server.ts';
import { demoTenantId, servesDemo } from './demo-tenant.ts';

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
export async function serveHttp(config: Config, databaseUrl: string, logger: Logger): Promise<HttpService> {
  const files = config.tls;
  const certificate = files ? await readCertificate(files, new Date()) : undefined;
  const masterKey = await openMasterKey(config, false);
  const db = openDatabase({
    url: databaseUrl,
    connections: config.databaseConnections,
    onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
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
  });
  const renew = renewCertificate.bind(null, app.server);
  const following = files && certificate && followCertificate({ files, served: certificate, renew, logger });
  const close = async () => {
    if (following) following.stop();
    await app.close();
    await waker.stop();
    await queue.stop();
    await db.close();
  };
  try {
    await app.listen({ port: config.port, host: config.host, listenTextResolver: () => 'listening' });
  } catch (error) {
    await close();
    throw listenError(error, config);
  }
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
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

function listenError(cause: unknown, config: Config): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const place = `${config.host}:${config.port}`;
  if (code === 'EADDRINUSE') {
    return new Error(`${place} is taken by another program; set PORT to a free one`, { cause });
  }
  if (code === 'EACCES') {
    return new Error(`this user may not listen on ${place}; set PORT to 1024 or above`, { cause });
  }
  return new Error(`this machine cannot listen on ${place}; correct HOST`, { cause });
}
