import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Kind } from './kind.ts';

const mostSlots = 200;

/** Takes every connection that is to be had, until PostgreSQL refuses. */
async function takeAll(url: string, held: Client[]): Promise<void> {
  while (held.length < mostSlots) {
    const client = new Client({ connectionString: url, application_name: 'faults' });
    client.on('error', () => {});
    try {
      await client.connect();
    } catch {
      return;
    }
    held.push(client);
  }
}

export const slotsFilled: Kind = {
  name: 'connections taken',
  what: 'every connection slot of PostgreSQL taken by somebody else, and the server’s own ended',
  weight: 3,
  async inject({ rig: { database }, random }) {
    const held: Client[] = [];
    await takeAll(database.url, held);
    const endOwn = random.chance(0.7);
    if (endOwn) {
      await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onfile'`);
    }
    const until = performance.now() + random.between(500, 2_000);
    while (performance.now() < until) {
      await takeAll(database.url, held);
      await delay(20);
    }
    return {
      variant: endOwn ? 'with those of the server ended first' : 'beside those of the server',
      end: async () => {
        await Promise.all(held.map((client) => client.end().catch(() => undefined)));
      },
    };
  },
};
