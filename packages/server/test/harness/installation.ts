import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client } from 'pg';
import { adminRole } from '../../src/embedded-postgres/cluster.ts';
import { readClusterRecord } from '../../src/embedded-postgres/cluster-record.ts';
import { readPostmasterFile } from '../../src/embedded-postgres/postmaster-file.ts';
import { postmasterPid, temporaryDataDirectory } from './data-directory.ts';
import { type Answer, httpCaller } from './http-caller.ts';
import { beginRequest, type Payee, type Reachable, startSession, submitCard, visa } from './main-job.ts';
import { type OnfileProcess, spawnOnfile } from './onfile-process.ts';
import { until } from './until.ts';

/** A data directory and the processes that a person starts on it, all gone after the test. */
export type Installation = {
  dataDir: string;
  /** `npm start`, as far as it goes; the port is a free one unless `settings` name it. */
  start: (settings?: Record<string, string>) => OnfileProcess;
  /** The same, up to the line that says that it is ready. */
  serve: (settings?: Record<string, string>) => Promise<ServingOnfile>;
  /** One statement as the superuser of the embedded database, who sees every tenant's rows. */
  query: <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
};

export type ServingOnfile = OnfileProcess & Reachable & { url: string };

/** Begins with an empty data directory below `prefix`, the system's temporary one when left out. */
export async function newInstallation(t: TestContext, prefix?: string): Promise<Installation> {
  const processes: OnfileProcess[] = [];
  // First, since one that lives would start its database again as soon as that is stopped.
  t.after(() => Promise.all(processes.map((process) => process.kill())));
  const dataDir = await temporaryDataDirectory(t, prefix);
  const start: Installation['start'] = (settings = {}) => {
    const process = spawnOnfile({ DATA_DIR: dataDir, PORT: '0', ...settings });
    processes.push(process);
    return process;
  };
  return {
    dataDir,
    start,
    async serve(settings) {
      const process = start(settings);
      const [, url = ''] = await process.said(/^onfile ready on (\S+)$/m);
      return { ...process, url, call: httpCaller(url) };
    },
    query: (text, values = []) => queryAsAdmin(dataDir, text, values),
  };
}

async function queryAsAdmin<Row extends object>(dataDir: string, text: string, values: readonly unknown[]) {
  const record = await readClusterRecord(dataDir);
  if (record === null) throw new Error('the installation has no database yet');
  const { running } = await readPostmasterFile(record.clusterDirectory);
  const client = new Client({
    host: '127.0.0.1',
    port: running?.port ?? 0,
    user: adminRole,
    password: record.adminPassword.reveal(),
    database: 'onfile',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** kill -9 of the embedded database's postmaster, if it runs, and gone. */
export async function killDatabase(dataDir: string): Promise<void> {
  const pid = await postmasterPid(dataDir);
  if (pid === null) return;
  process.kill(pid, 'SIGKILL');
  await until(async () => (await postmasterPid(dataDir)) !== pid);
}

/** What `demo-credentials.json` says, as it is. */
export async function readDemoFile(dataDir: string): Promise<Record<string, any>> {
  return JSON.parse(await readFile(join(dataDir, 'demo-credentials.json'), 'utf8'));
}

/** The demo tenant as the main job needs it, with a fresh access token. */
export async function demoPayee(dataDir: string, server: Reachable): Promise<Payee> {
  const { baseUrl: _, ...demo } = await readDemoFile(dataDir);
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: demo['clientId'], client_secret: demo['clientSecret'] },
  });
  return { ...(demo as Omit<Payee, 'accessToken'>), accessToken: body.access_token };
}

/** Submits a card of the demo tenant's customer, and comes back while the gateway still checks it. */
export async function submitAtSlowGateway(
  { dataDir, query }: Installation,
  server: Reachable,
): Promise<{ answer: Promise<Answer> }> {
  const payee = await demoPayee(dataDir, server);
  const session = await startSession(server, payee);
  const answer = submitCard(server, session, await beginRequest(server, session), visa);
  // Whoever waits for the answer sees it fail; until then it is nobody's failure.
  answer.catch(() => undefined);
  await until(async () => {
    const [found] = await query('SELECT 1 FROM payment_requests WHERE submitting_until IS NOT NULL');
    return found;
  });
  return { answer };
}
