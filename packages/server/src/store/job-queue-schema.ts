import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Pool } from 'pg';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { quietJobQueue, tokenTaskQueue, tokenTaskQueueOptions } from './job-queue.ts';

const optionsFor = (client: Client | Pool): ConstructorOptions => ({
  ...quietJobQueue,
  db: { executeSql: (text, values) => client.query(text, values) },
  supervise: false,
});

/**
 * Makes or upgrades the job queue's own tables as the role that owns the database. Only one process at a time may
 * do it.
 */
export async function installJobQueue(client: Client): Promise<void> {
  const boss = new PgBoss({ ...optionsFor(client), migrate: true, bamIntervalSeconds: 10 });
  let failure: unknown;
  boss.on('error', (error) => {
    failure ??= error;
  });
  await boss.start();
  try {
    await boss.createQueue(tokenTaskQueue, { ...tokenTaskQueueOptions, policy: 'exclusive' });
    await boss.updateQueue(tokenTaskQueue, tokenTaskQueueOptions);
    await untilIndexesAreBuilt(boss);
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
  if (failure) throw failure;
}

/** An upgrade of the library leaves its indexes to be built afterwards, one by one. */
async function untilIndexesAreBuilt(boss: PgBoss): Promise<void> {
  for (;;) {
    const left = (await boss.getBamStatus()).filter(({ status }) => status === 'pending' || status === 'in_progress');
    if (left.length === 0) return;
    await delay(200);
  }
}

/** Throws when the tables are not there, or not those of this version of the library. */
export async function assertJobQueueInstalled(database: Pool): Promise<void> {
  const boss = new PgBoss({ ...optionsFor(database), migrate: false, createSchema: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.stop({ graceful: false, close: false });
}
