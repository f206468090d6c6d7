import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onfile } from '../harness/onfile-command.ts';
import { startVaultServer, type VaultServer } from '../harness/vault-server.ts';
import type { FaultTenant } from './client.ts';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { type DatabaseUnderTest, startDatabaseUnderTest } from './database-under-test.ts';
import { controlledBy, readControls, writeControls } from './server-controls.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';
import { prepareTenant } from './tenant.ts';

/** Everything that faults are done to: Onfile, its database, and the way between them. */
export type Rig = {
  server: ServerUnderTest;
  database: DatabaseUnderTest;
  proxy: DatabaseProxy;
  /** Below it lie the checkpoints of the audit and the journals. */
  directory: string;
  /** Holds the master key. */
  vault: VaultServer;
  /** How far the servers' clocks are ahead. */
  moveClock(offsetMs: number): void;
  clockOffset(): number;
  endBackgroundThread(): void;
  /** The command line, past the proxy; throws when it fails. Answers its document. */
  command(args: readonly string[]): Promise<any>;
  newTenant(tenantId: string): Promise<FaultTenant>;
  stop(): Promise<void>;
};

export async function startRig(options: { onOwnVolume: boolean }): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-faults-server-'));
  const controlsPath = join(directory, 'controls.json');
  writeControls(controlsPath, { clockOffsetMs: 0, threadsEnded: 0 });
  const database = await startDatabaseUnderTest(options);
  const proxy = await startDatabaseProxy(() => database.port);
  const proxied = new URL(database.url);
  proxied.port = String(proxy.port);
  const vault = await startVaultServer();
  const places = {
    DATA_DIR: directory,
    ...vault.environment,
    AUDIT_CHECKPOINT_DIR: join(directory, 'checkpoints'),
  };
  const usual = { ...places, DATABASE_URL: proxied.href, DATABASE_MIGRATION_URL: database.migrationUrl };
  const stop = async (): Promise<void> => {
    await proxy.close();
    await vault.stop();
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  };
  let server: ServerUnderTest;
  try {
    server = await startServerUnderTest(usual, controlsPath);
  } catch (error) {
    await stop();
    throw error;
  }
  const change = (apply: (controls: ReturnType<typeof readControls>) => object) => {
    const controls = readControls(controlsPath);
    writeControls(controlsPath, { ...controls, ...apply(controls) });
  };
  const command: Rig['command'] = async (args) => {
    const { exitCode, stdout, stderr } = await onfile([...args, '--json'], {
      ...places,
      ...controlledBy(controlsPath),
      DATABASE_URL: database.url,
    });
    if (exitCode !== 0) throw new Error(`onfile ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    server,
    database,
    proxy,
    directory,
    vault,
    moveClock: (clockOffsetMs) => change(() => ({ clockOffsetMs })),
    clockOffset: () => readControls(controlsPath).clockOffsetMs,
    endBackgroundThread: () => change(({ threadsEnded }) => ({ threadsEnded: threadsEnded + 1 })),
    command,
    newTenant: (tenantId) => prepareTenant(command, server.url, tenantId),
    async stop() {
      await server.kill();
      await stop();
    },
  };
}
