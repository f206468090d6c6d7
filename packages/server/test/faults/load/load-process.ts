/** The load in a process of its own, which dies with none of those that it calls. It is ordered and asked over its channel. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, openClient } from '../client.ts';
import { openJournal, type Update } from '../journal.ts';
import { seededRandom } from '../random.ts';
import { replaceInstruments } from './instrument-client.ts';
import type { FromLoad, LoadOrder, ToLoad } from './messages.ts';
import { contendForRecord, createContended, keepRecords } from './record-client.ts';
import { createSending, type Load } from './sending.ts';

const recordClients = 3;
const instrumentClients = 3;
const contenders = 3;
const restMs = 20;

const tell = (message: FromLoad) => process.send?.(message);

async function newCustomer(client: Client): Promise<{ id: number; contactId: string }> {
  const body = { firstName: 'Ada', lastName: 'Load' };
  const { status, text } = await client.call('api-key', { method: 'POST', path: '/v1/customers/create', body });
  if (status >= 300) throw new Error(`no customer: ${status} ${text}`);
  return JSON.parse(text);
}

/** Holds every client before its next step while paused, and says when all of them stand still. */
function createGate(clients: number) {
  let open = Promise.withResolvers<void>();
  let isPaused = false;
  let isStopped = false;
  let waiting = 0;
  open.resolve();
  return {
    pause() {
      isPaused = true;
      open = Promise.withResolvers();
      if (waiting === clients) tell('paused');
    },
    resume() {
      isPaused = false;
      open.resolve();
    },
    stop() {
      isStopped = true;
      open.resolve();
    },
    async mayGoOn() {
      // A client that never rests would only find out how fast the machine is.
      await delay(restMs);
      waiting += 1;
      if (isPaused && waiting === clients) tell('paused');
      await open.promise;
      waiting -= 1;
      return !isStopped;
    },
  };
}

async function run({ url, tenant, journalPath, seed }: LoadOrder): Promise<void> {
  const client = openClient(url, tenant);
  const journal = openJournal(journalPath);
  const acknowledged = { records: 0, instruments: 0 };
  const onAcknowledged = ({ kind }: Update) => {
    acknowledged[kind === 'instrument' ? 'instruments' : 'records'] += 1;
    tell({ acknowledged });
  };
  const gate = createGate(recordClients + instrumentClients + contenders);
  process.on('message', (message: ToLoad) => {
    if (message === 'pause') gate.pause();
    else if (message === 'resume') gate.resume();
    else if (message === 'stop') gate.stop();
  });
  const load: Load = {
    client,
    random: seededRandom(seed),
    mayGoOn: () => gate.mayGoOn(),
    ...createSending(journal, client, onAcknowledged),
  };
  const customers = await Promise.all(
    Array.from({ length: recordClients + instrumentClients + 1 }, () => newCustomer(client)),
  );
  const [shared, ...own] = customers;
  if (!shared) throw new Error('there is no customer to contend for');
  const contended = createContended({ ...load, mayGoOn: async () => true }, shared);
  await Promise.all([
    ...own.slice(0, recordClients).map((customer) => keepRecords(load, customer)),
    ...own.slice(recordClients).map((customer) => replaceInstruments(load, customer.id)),
    ...Array.from({ length: contenders }, () => contendForRecord(load, shared, () => contended)),
  ]);
  journal.close();
}

// Whoever ordered the load is gone.
process.once('disconnect', () => process.exit());
const [first] = (await once(process, 'message')) as [ToLoad];
if (typeof first !== 'object') throw new Error('a load begins with an order');
await run(first.order);
process.disconnect();
