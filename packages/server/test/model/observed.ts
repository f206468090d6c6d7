import { bearer, keyHeader } from '../harness/main-job.ts';
import type { Place } from './deployment.ts';
import type { Json } from './state.ts';

/** What the API says of a sequence's two customers, as far as the model speaks of it and it was asked for. */
export type Observed = {
  /** The records of the contacts that were asked for, by their ids. */
  records: Map<string, Json>;
  contacts: readonly ('{own}' | '{other}')[];
  account?: { body: Json; tag: string | null };
  /** Of the records that were asked for, the newest version first. */
  histories: Map<string, Json[]>;
};

/** What is to be read: all that a request may have touched, at the end of a sequence everything. */
export type Look = { ids: readonly string[]; other: boolean; account: boolean };

/** A record without what tells of the request that wrote it. */
export function recordView({ sys_last_security_context: _, ...record }: Json): Json {
  return record;
}

/** What an instrument's details show: its holder, last four digits, and of a card its brand and expiry. */
export function detailsView(details: Json): Json {
  const card = details['creditCard'];
  if (card) {
    const [month, year] = card.expiry?.split('/') ?? [];
    return {
      holder: card.cardHolder,
      lastFour: card.cardNumber.slice(-4),
      brand: card.brand,
      ...(month ? { expires: `${year}-${month}` } : {}),
    };
  }
  const account = details['sepa']?.bankAccountDetails;
  return account ? { holder: account.accountHolder, lastFour: account.iban.slice(-4) } : {};
}

/** What an account bills, in the words of the model. */
export function instrumentView({ details, mandate, validity: _, ...instrument }: Json): Json {
  return {
    ...instrument,
    ...(details ? detailsView(details) : {}),
    ...(mandate ? { mandate: mandate.reference } : {}),
  };
}

/** Reads what the API says now. The customer's own records are always among it. */
export async function observe({ server, own, other }: Place, look: Look): Promise<Observed> {
  const records = `/storedPaymentMethods/${own.tenantId}`;
  const read = (path: string) => server.call('GET', `${records}${path}`, { headers: bearer(own) });
  const accountPath = `/v1/customers/${own.customerId}/account/payment-instrument`;
  const contacts = look.other ? [own, other] : [own];
  const [account, lists, histories] = await Promise.all([
    look.account ? server.call('GET', accountPath, { headers: keyHeader(own) }) : null,
    Promise.all(contacts.map(({ contactId }) => read(`/contact/${contactId}`))),
    Promise.all(look.ids.map((id) => read(`/${id}/history`))),
  ]);
  const listed: Json[] = lists.flatMap(({ body }) => body.Items);
  return {
    records: new Map(listed.map((record) => [record['id'], recordView(record)])),
    contacts: look.other ? ['{own}', '{other}'] : ['{own}'],
    ...(account ? { account: { body: instrumentView(account.body), tag: account.headers.get('etag') } } : {}),
    histories: new Map(look.ids.map((id, n) => [id, histories[n]?.body.Items ?? []])),
  };
}
