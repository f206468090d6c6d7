import { type Client, readPatiently } from '../client.ts';
import { holderOf, nameOf } from './marks.ts';
import type { Draft, Load } from './sending.ts';

type Customer = { id: number; contactId: string };
type StoredRecord = Record<string, any>;

/** More versions make each check slower and show nothing new. */
const mostVersions = 25;

export const recordPath = ({ tenant }: Client, id: string, rest = ''): string =>
  `/storedPaymentMethods/${tenant.tenantId}/${id}${rest}`;

const marksOf = (number: number) => ({ name: nameOf(number), name_on_account: holderOf(number) });

const creationOf =
  ({ client }: Load, { id, contactId }: Customer) =>
  (number: number): Draft => ({
    kind: 'create',
    method: 'POST',
    path: `/storedPaymentMethods/${client.tenant.tenantId}`,
    recordId: null,
    customerId: id,
    body: {
      ...marksOf(number),
      contact_id: contactId,
      credit_card_type: 'visa',
      last_four_digits: '4242',
      merchant_account_tokens: client.tenant.merchantAccountIds.map((merchantAccountId) => ({
        merchant_account_id: merchantAccountId,
        token: `tok_${number}`,
      })),
      type: 'credit card',
      expires: '2034-12-31',
    },
  });

const deletionOf =
  ({ client }: Load, customer: Customer, record: StoredRecord) =>
  (): Draft => ({
    kind: 'delete',
    method: 'DELETE',
    path: recordPath(client, record['id']),
    headers: { 'if-match': `"${record['sys_version']}"` },
    recordId: record['id'],
    customerId: customer.id,
  });

/** One of the ways of changing a record that is based on this version. */
function changeOf({ client, random }: Load, customer: Customer, record: StoredRecord): (number: number) => Draft {
  const id: string = record['id'];
  const ifMatch = { 'if-match': `"${record['sys_version']}"` };
  const common = { recordId: id, customerId: customer.id, path: recordPath(client, id) };
  if (random.chance(0.4)) {
    return (number) => ({
      ...common,
      kind: 'patch',
      method: 'PATCH',
      headers: ifMatch,
      body: Object.entries(marksOf(number)).map(([field, value]) => ({ op: 'replace', path: `/${field}`, value })),
    });
  }
  // Without If-Match the version in the body is what the change is based on.
  const headers = random.chance(0.5) ? ifMatch : {};
  return (number) => ({ ...common, kind: 'replace', method: 'PUT', headers, body: { ...record, ...marksOf(number) } });
}

/** Makes records of one customer and changes them in every way, knowing each version before it makes the next. */
export async function keepRecords(load: Load, customer: Customer): Promise<void> {
  let record: StoredRecord | null = null;
  while (await load.mayGoOn()) {
    if (record === null || record['sys_version'] >= mostVersions) {
      const created = await load.send(creationOf(load, customer));
      record = created?.status === 201 ? JSON.parse(created.text) : null;
      continue;
    }
    const isDeletion = load.random.chance(0.1);
    const answer = await load.send((isDeletion ? deletionOf : changeOf)(load, customer, record));
    const isKnown = answer?.status === 200 && !isDeletion;
    // Deleted, refused, or not known: what the record is now has to be read.
    record = isKnown ? JSON.parse(answer.text) : await currentRecord(load, customer, record['id']);
  }
}

/** The record as it is; one that is deleted is brought back. Null when that did not work either. */
async function currentRecord(load: Load, customer: Customer, id: string): Promise<StoredRecord | null> {
  const { client } = load;
  try {
    const history = await readPatiently(client, 'access-token', recordPath(client, id, '/history?limit=1'));
    const [newest] = history.Items;
    if (newest?.deleted) {
      const answer = await load.send(() => ({
        kind: 'restore',
        method: 'POST',
        path: recordPath(client, id, '/restore'),
        headers: { 'if-match': `"${newest.sys_version}"` },
        body: {},
        recordId: id,
        customerId: customer.id,
      }));
      return answer?.status === 200 ? JSON.parse(answer.text).record : null;
    }
    return await readPatiently(client, 'access-token', recordPath(client, id));
  } catch {
    return null;
  }
}

/** Several of these at one record, each with the version that it read last: one of them wins each version. */
export async function contendForRecord(load: Load, customer: Customer, firstId: () => Promise<string>): Promise<void> {
  const { client } = load;
  const id = await firstId();
  while (await load.mayGoOn()) {
    const record = await readPatiently(client, 'access-token', recordPath(client, id)).catch(() => null);
    if (record === null) continue;
    await load.send((number) => ({
      kind: 'patch',
      method: 'PATCH',
      path: recordPath(client, id),
      headers: { 'if-match': `"${record.sys_version}"` },
      body: Object.entries(marksOf(number)).map(([field, value]) => ({ op: 'replace', path: `/${field}`, value })),
      recordId: id,
      customerId: customer.id,
    }));
  }
}

/** A record of its own for several clients to contend for. */
export async function createContended(load: Load, customer: Customer): Promise<string> {
  while (await load.mayGoOn()) {
    const created = await load.send(creationOf(load, customer));
    if (created?.status === 201) return JSON.parse(created.text).id;
  }
  throw new Error('the load ended before there was a record');
}
