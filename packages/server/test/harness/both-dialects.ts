import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { PaymentChoice } from '../../src/contract/payments.ts';
import { assertOk, callGateway, readInstrument, readSession } from './gateway.ts';
import { beginRequest, getRecord, putRecord, replaceInstrument, startSession } from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

/** What both dialects must say of an instrument. */
export type Expected = {
  paymentChoice: PaymentChoice;
  details: object;
  /** The record's fields beside its ids, its tokens and what the server stamps. */
  record: object;
};

/** What the record says of the instrument: its tokens are gateway tokens, one for the merchant account. */
function assertRecord(tenant: TestTenant, record: Record<string, unknown>, expected: object): void {
  const { id: _, merchant_account_tokens: tokens, ...told } = record;
  const fields = Object.fromEntries(Object.entries(told).filter(([name]) => !name.startsWith('sys_')));
  assert.deepEqual(fields, { contact_id: tenant.contactId, ...expected });
  assert.ok(Array.isArray(tokens));
  assert.deepEqual(
    tokens.map((token) => token.merchant_account_id),
    [tenant.merchantAccountId],
  );
  assert.match(tokens[0].token, /^sim_/);
}

/** Picks the instrument on file with these details in a session of its own, and puts it on the account again. */
export async function pickAgain(
  server: TestServer,
  tenant: TestTenant,
  { paymentChoice, details }: Pick<Expected, 'paymentChoice' | 'details'>,
): Promise<Answer> {
  const session = await startSession(server, tenant);
  const { body } = await readSession(server, session);
  const offered: { paymentInstrumentToken: string; paymentChoice: string; details: object }[] =
    body.existingPaymentInstruments;
  const found = offered.find((one) => one.paymentChoice === paymentChoice && isDeepStrictEqual(one.details, details));
  assert.ok(found, `${paymentChoice} is not among ${JSON.stringify(offered)}`);
  const token = await beginRequest(server, session);
  const { paymentInstrumentToken } = found;
  const picked = await callGateway(server, session, 'POST', `/payments/${token}`, {
    body: { paymentMethod: paymentChoice, paymentInstrumentToken },
  });
  assert.deepEqual(picked.body, { status: 'PREAUTHED', paymentInstrumentDetails: details });
  return replaceInstrument(server, tenant, token);
}

/**
 * Follows a replacement through both dialects: the account, the record, the record sent back as it is, the next
 * session's list, and the same instrument picked from it. Answers the record as it was first.
 */
export async function assertInBothDialects(
  server: TestServer,
  tenant: TestTenant,
  replaced: Answer,
  expected: Expected,
): Promise<Record<string, any>> {
  assertOk(replaced);
  const { match: _, ...billed } = replaced.body;
  const { mandate, storedPaymentMethodId: id, sysVersion, accountVersion } = billed;
  const { paymentChoice, details } = expected;
  const validity = 'valid';
  const whole = { paymentChoice, storedPaymentMethodId: id, sysVersion, accountVersion, details, validity };
  assert.deepEqual(billed, { ...whole, ...(mandate ? { mandate } : {}) });
  const shown = await readInstrument(server, tenant);
  assert.deepEqual(shown.body, billed);
  for (const { headers } of [replaced, shown]) assert.equal(headers.get('etag'), `"${id}.${sysVersion}"`);

  const { body: record } = await getRecord(server, tenant, id);
  assert.equal(record.sys_version, sysVersion);
  assertRecord(tenant, record, expected.record);
  const put = await putRecord(server, tenant, record);
  assertOk(put);
  assertRecord(tenant, put.body, expected.record);
  const afterPut = { ...billed, sysVersion: sysVersion + 1 };
  assert.deepEqual((await readInstrument(server, tenant)).body, afterPut);

  const again = await pickAgain(server, tenant, expected);
  assertOk(again);
  const renewed = { sysVersion: sysVersion + 2, accountVersion: accountVersion + 1, match: 'SAME_METHOD' };
  assert.deepEqual(again.body, { ...billed, ...renewed });
  return record;
}
