import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createMessageSplitter } from './postgres-messages.ts';

/**
 * What is done to a message on its way to the database: the connection is cut before, within or after it; after it but
 * the message arrives late, when the server has already given up; only the way back is closed; it is held back for a
 * while; it is swallowed, and the connection stays silent until the disturbance is over.
 */
export const ways = ['before', 'within', 'after', 'late', 'half-closed', 'delayed', 'swallowed'] as const;
export type Way = (typeof ways)[number];

export type Disturbance = {
  way: Way;
  /** Every so many messages, over all connections. */
  every: number;
  /** How long a message is late or held back. */
  ms: number;
};

export type DatabaseProxy = {
  port: number;
  disturb(disturbance: Disturbance): void;
  /** Ends the disturbance and the connections that it left silent. */
  calm(): void;
  close(): Promise<void>;
};

/** Stands between the servers and PostgreSQL, on loopback, and passes everything on until it is told to disturb. */
export async function startDatabaseProxy(databasePort: () => number): Promise<DatabaseProxy> {
  let disturbance: Disturbance | null = null;
  let passed = 0;
  const pairs = new Set<{ client: Socket; database: Socket; isSilent: boolean }>();

  /** What to do to this message, null for passing it on. */
  const wayOfNext = (): Disturbance | null => {
    passed += 1;
    return disturbance !== null && passed % disturbance.every === 0 ? disturbance : null;
  };

  const server = createServer((client) => {
    const database = connect(databasePort(), '127.0.0.1');
    const pair = { client, database, isSilent: false };
    pairs.add(pair);
    const cut = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      socket.setNoDelay(true);
      socket.on('error', cut);
      socket.on('close', () => pairs.delete(pair));
    }
    database.on('data', (chunk) => {
      if (!pair.isSilent && client.writable) client.write(chunk);
    });
    database.on('end', () => client.end());
    const split = createMessageSplitter();
    let before = Promise.resolve();
    client.on('data', (chunk) => {
      for (const message of split(chunk)) before = before.then(() => pass(message));
    });
    client.on('end', () => void before.then(() => database.end()));

    async function pass(message: Buffer): Promise<void> {
      if (pair.isSilent || !database.writable) return;
      const met = wayOfNext();
      if (met?.way === 'before') return cut();
      if (met?.way === 'delayed') await delay(met.ms);
      if (met?.way === 'swallowed') pair.isSilent = true;
      if (met?.way === 'late') {
        client.destroy();
        await delay(met.ms);
      }
      if (pair.isSilent) return;
      database.write(met?.way === 'within' ? message.subarray(0, message.length >> 1) : message);
      if (met?.way === 'half-closed') {
        pair.isSilent = true;
        client.end();
      }
      if (met?.way === 'within') return cut();
      if (met?.way === 'after' || met?.way === 'late') {
        client.destroy();
        // Not before what has come with it, a COMMIT above all, has been passed on too.
        void before.then(() => database.end());
      }
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cutAll = (which: (pair: { isSilent: boolean }) => boolean) => {
    for (const pair of pairs) {
      if (!which(pair)) continue;
      pair.client.destroy();
      pair.database.destroy();
    }
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    disturb(next) {
      disturbance = next;
    },
    calm() {
      disturbance = null;
      cutAll(({ isSilent }) => isSilent);
    },
    async close() {
      cutAll(() => true);
      server.close();
      await once(server, 'close');
    },
  };
}
