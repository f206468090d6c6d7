import { randomUUID } from 'node:crypto';
import type { Answer } from './http-caller.ts';
import {
  beginRequest,
  createRecord,
  keyHeader,
  mastercard,
  type Payee,
  putRecord,
  type Reachable,
  replaceInstrument,
  startSession,
  submitCard,
  visa,
} from './main-job.ts';

/** One of the two contracted updates as it was sent, with what came back; null when nothing did. */
export type Update = {
  kind: 'record' | 'instrument';
  answer: Answer | null;
  /** Sends the same request again, with the same Idempotency-Key. */
  retry(server: Reachable): Promise<Answer>;
};

export type UpdateLoad = {
  updates: readonly Update[];
  /** How many of each kind have been answered with 200. */
  acknowledged(): number;
  /** Sends no more; resolves when the last answer, or none, has come. Throws when one was neither 200 nor 503. */
  stop(): Promise<void>;
};

const customersOfEachKind = 3;

/** Sends both contracted updates from several clients at once, each client for a customer of its own, until stopped. */
export async function startUpdateLoad(server: Reachable, payee: Payee): Promise<UpdateLoad> {
  const updates: Update[] = [];
  let stopping = false;

  async function send(kind: Update['kind'], retry: Update['retry']): Promise<Answer> {
    const update: Update = { kind, answer: null, retry };
    updates.push(update);
    update.answer = await retry(server);
    if (![200, 503].includes(update.answer.status)) stopping = true;
    return update.answer;
  }
  async function freshRecord(own: Payee) {
    for (;;) {
      const record = await createRecord(server, own);
      if (record.id || stopping) return record;
    }
  }
  /** After a refusal with another record: sent again later, the refused update must still find its version. */
  async function replaceRecords(own: Payee): Promise<void> {
    let record = await createRecord(server, own);
    for (let n = 0; !stopping; n++) {
      const headers = { 'idempotency-key': randomUUID() };
      const body = { ...record, name: `Name ${n}` };
      const { status, body: answer } = await send('record', (to) => putRecord(to, own, body, { headers }));
      record = status === 200 ? answer : await freshRecord(own);
    }
  }
  /** A token that can be used, null when the server went away while the card was entered. */
  async function enteredCard(own: Payee, cardNumber: string): Promise<string | null> {
    const session = await startSession(server, own);
    const token = session && (await beginRequest(server, session));
    const submitted = token && (await submitCard(server, session, token, cardNumber));
    return submitted && submitted.body.status === 'PREAUTHED' ? token : null;
  }
  async function replaceInstruments(own: Payee): Promise<void> {
    for (let n = 0; !stopping; n++) {
      const token = await enteredCard(own, n % 2 === 0 ? visa : mastercard);
      const headers = { 'idempotency-key': randomUUID() };
      if (token) await send('instrument', (to) => replaceInstrument(to, own, token, { headers }));
    }
  }

  const clients: Promise<void>[] = [];
  for (let n = 0; n < customersOfEachKind; n++) {
    clients.push(
      replaceRecords(await newCustomer(server, payee)),
      replaceInstruments(await newCustomer(server, payee)),
    );
  }
  // A client whose connection breaks is through: what it was told until then is what counts.
  const through = Promise.allSettled(clients);
  return {
    updates,
    acknowledged: () => {
      const count = (kind: Update['kind']) =>
        updates.filter((update) => update.kind === kind && update.answer?.status === 200).length;
      return Math.min(count('record'), count('instrument'));
    },
    async stop() {
      stopping = true;
      await through;
      const wrong = updates.find(({ answer }) => answer !== null && ![200, 503].includes(answer.status));
      if (wrong) throw new Error(`an update got ${wrong.answer?.status}: ${JSON.stringify(wrong.answer?.body)}`);
    },
  };
}

async function newCustomer(server: Reachable, payee: Payee): Promise<Payee> {
  const { body } = await server.call('POST', '/v1/customers/create', {
    headers: keyHeader(payee),
    body: { firstName: 'Ada', lastName: 'Load' },
  });
  return { ...payee, customerId: body.id, contactId: body.contactId };
}
