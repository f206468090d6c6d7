import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Services } from '../context.ts';
import { openMasterKeyFile } from '../keys/master-key-file.ts';
import { createServer } from '../server.ts';
import { openDatabase } from '../store/database.ts';

/** How long answers under way may take once the server is told to stop. */
const drainMs = 10_000;

export type HttpProcess = { services: Services; url: string; close(): Promise<void> };

/** Serves HTTP from this process. Throws a sentence when the port is taken. */
export async function serveHttp(config: Config, databaseUrl: string, logger: Logger): Promise<HttpProcess> {
  const db = openDatabase({
    url: databaseUrl,
    connections: config.databaseConnections,
    onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
  const masterKey = await openMasterKeyFile(config.masterKeyFile, false);
  let url = config.publicUrl ?? '';
  const { app, services } = await createServer({ config, db, masterKey, logger, publicUrl: () => url });
  await app.listen({ port: config.port, host: config.host }).catch((error: unknown) => {
    throw listenError(error, config);
  });
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  url = config.publicUrl ?? `http://${reachableHost(config.host)}:${port}`;
  return {
    services,
    url,
    async close() {
      const closed = app.close();
      const deadline = setTimeout(() => app.server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(deadline);
      await db.close();
    },
  };
}

const reachableHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};

function listenError(error: unknown, config: Config): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = `${config.host}:${config.port}`;
  if (code === 'EADDRINUSE') return new Error(`${place} is taken by another program; set PORT to a free one`);
  if (code === 'EACCES') return new Error(`this user may not listen on ${place}; set PORT to 1024 or above`);
  return new Error(`cannot listen on ${place}; check HOST and PORT`, { cause: error });
}

/** The first of SIGINT and SIGTERM. */
export const toldToStop = (): Promise<unknown> => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
