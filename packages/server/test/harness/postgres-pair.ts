import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { findBinaries } from '../../src/embedded-postgres/binaries.ts';
import { adminRole } from '../../src/embedded-postgres/cluster.ts';
import { type ClusterRecord, newClusterRecord } from '../../src/embedded-postgres/cluster-record.ts';
import { newClusterAccount } from '../../src/embedded-postgres/database-account.ts';
import { databaseName, ensureRolesAndDatabase, ownerRole, serverRole } from '../../src/embedded-postgres/roles.ts';
import { type Account, cleanEnvironment, runAs } from '../../src/embedded-postgres/run-as.ts';
import { query } from './data-directory.ts';
import { until } from './until.ts';

/** A PostgreSQL with a synchronous replica behind one address, as an operator with a proxy in front has it. */
export type PostgresPair = {
  /** By the address of the proxy. */
  url: string;
  migrationUrl: string;
  /** What `SHOW server_version` says. */
  version: string;
  /** As the superuser, past the proxy, on the one that is in use. */
  queryAsAdmin: (statement: string) => Promise<Record<string, unknown>[]>;
  /** kill -9 of the primary; then the replica is promoted, and the proxy leads to it. */
  failOver: () => Promise<void>;
  stop: () => Promise<void>;
};

type Running = { child: ChildProcess; port: number };

const waitsForReplica = { synchronous_standby_names: '*', synchronous_commit: 'on' };

/**
 * Starts both. `binaries` is a directory with `initdb` and `postgres`, such as Debian's; the embedded ones when left out.
 */
export async function startPostgresPair(binaries: string | null): Promise<PostgresPair> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-pair-'));
  await chmod(directory, 0o711);
  const account = await newClusterAccount();
  const programs =
    binaries === null
      ? await findBinaries(account, directory)
      : { initdb: join(binaries, 'initdb'), postgres: join(binaries, 'postgres') };
  const record = newClusterRecord(join(directory, 'primary'));
  const replica = join(directory, 'replica');
  const running: Running[] = [];
  const adminUrl = ({ port }: Running, database = databaseName): string =>
    `postgres://${adminRole}:${record.adminPassword.reveal()}@127.0.0.1:${port}/${database}`;
  const start = async (cluster: string, settings: Record<string, string>): Promise<Running> => {
    const started = await startPostgres(programs.postgres, account, cluster, settings);
    running.push(started);
    await until(() => query(adminUrl(started, 'postgres'), 'SELECT 1').catch(() => null));
    return started;
  };

  await makeCluster(programs.initdb, account, record);
  const first = await start(record.clusterDirectory, {});
  await makeRoles(adminUrl(first, 'postgres'), record);
  first.child.kill('SIGINT');
  await once(first.child, 'exit');
  await cp(record.clusterDirectory, replica, { recursive: true, preserveTimestamps: true });
  const primary = await start(record.clusterDirectory, waitsForReplica);
  const source = `host=127.0.0.1 port=${primary.port} user=${adminRole} password=${record.adminPassword.reveal()}`;
  await appendFile(join(replica, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  await writeFile(join(replica, 'standby.signal'), '');
  await giveTo(account, replica);
  const standby = await start(replica, {});
  const isSynchronous = `SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`;
  await until(async () => (await query(adminUrl(primary), isSynchronous)).length > 0);

  let current = primary;
  const proxy = await startProxy(() => current.port);
  const url = (role: string, password: string): string =>
    `postgres://${role}:${password}@127.0.0.1:${proxy.port}/${databaseName}`;
  const [shown] = await query(adminUrl(primary), 'SHOW server_version');
  return {
    url: url(serverRole, record.serverPassword.reveal()),
    migrationUrl: url(ownerRole, record.ownerPassword.reveal()),
    version: String(shown?.['server_version']),
    queryAsAdmin: (statement) => query(adminUrl(current), statement),
    async failOver() {
      await kill(primary.child);
      await query(adminUrl(standby), 'SELECT pg_promote()');
      current = standby;
    },
    async stop() {
      await proxy.stop();
      for (const { child } of running) await kill(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeCluster(initdb: string, account: Account | null, record: ClusterRecord): Promise<void> {
  const { clusterDirectory, adminPassword } = record;
  await mkdir(clusterDirectory, { mode: 0o700 });
  if (account !== null) await chown(clusterDirectory, account.uid, account.gid);
  const options = ['--auth=scram-sha-256', '--pwfile=/dev/stdin', '--encoding=UTF8', '--locale=C', '--no-sync'];
  options.push(`--username=${adminRole}`, `--pgdata=${clusterDirectory}`);
  const piped = ['-c', 'cat | "$0" "$@"', initdb, ...options];
  const made = await runAs(account, '/bin/sh', piped, `${adminPassword.reveal()}\n`);
  if (!made.succeeded) throw new Error(`initdb failed: ${made.output}`);
}

async function makeRoles(adminUrl: string, record: ClusterRecord): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await ensureRolesAndDatabase(client, record);
  await client.end();
}

/** A copy that root made belongs to root; PostgreSQL wants its own. */
async function giveTo(account: Account | null, directory: string): Promise<void> {
  if (account === null) return;
  const given = await runAs(null, 'chown', ['-R', `${account.uid}:${account.gid}`, directory]);
  if (!given.succeeded) throw new Error(given.output);
}

async function startPostgres(
  postgres: string,
  account: Account | null,
  cluster: string,
  settings: Record<string, string>,
): Promise<Running> {
  const port = await freePort();
  const all = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', cluster, ...options], {
    ...account,
    detached: true,
    cwd: '/',
    env: cleanEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Read, or a full pipe would stop it.
  void text(child.stderr);
  return { child, port };
}

/** Its backends end by themselves as soon as they see that it is gone. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Hands bytes on to whichever port is the right one when a connection arrives. */
async function startProxy(target: () => number): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target(), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}
