import { setTimeout as delay } from 'node:timers/promises';
import { cardEntry } from '../../harness/main-job.ts';
import type { Client } from '../client.ts';
import { cardOf, holderOf } from './marks.ts';
import type { Load } from './sending.ts';

/** After a failure, so that one that fails at once is not tried a thousand times. */
const pauseMs = 100;

/** Replaces the instrument of one customer's account again and again: session, card, contracted update. */
export async function replaceInstruments(load: Load, customerId: number): Promise<void> {
  while (await load.mayGoOn()) {
    const number = load.reserveNumber();
    const paymentRequestToken = await enterCard(load.client, customerId, number).catch(() => null);
    if (paymentRequestToken === null) {
      await delay(pauseMs);
      continue;
    }
    await load.send(
      () => ({
        kind: 'instrument',
        method: 'POST',
        path: `/v1/customers/${customerId}/account/payment-instrument`,
        body: { paymentRequestToken },
        recordId: null,
        customerId,
      }),
      number,
    );
  }
}

/** Everything up to `onSuccess`; null when a step failed, in which case the customer starts again. */
async function enterCard(client: Client, customerId: number, number: number): Promise<string | null> {
  const session = await client.call('api-key', {
    method: 'POST',
    path: '/v1/payments/user-session',
    body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership', customerId },
  });
  if (session.status >= 300) return null;
  const headers = { 'x-user-payment-session-token': JSON.parse(session.text).token };
  const begun = await client.call('nobody', { method: 'POST', path: '/upg/api/v1/payment-requests', headers });
  if (begun.status >= 300) return null;
  const { token } = JSON.parse(begun.text);
  const submitted = await client.call('nobody', {
    method: 'POST',
    path: `/upg/api/v1/payments/${token}`,
    headers,
    body: {
      paymentMethod: 'CREDIT_CARD',
      creditCard: cardEntry(cardOf(number).number, { cardHolder: holderOf(number) }),
    },
  });
  return submitted.status === 200 && JSON.parse(submitted.text).status === 'PREAUTHED' ? token : null;
}
