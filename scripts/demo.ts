import { runBulkChapter } from './demo/bulk-chapter.ts';
import { type Credentials, reachServer } from './demo/reach-server.ts';
import { Demo, promise, type Reply } from './demo/steps.ts';

const year = new Date().getFullYear() + 4;
const card = (cardNumber: string) => ({
  paymentMethod: 'CREDIT_CARD',
  creditCard: { cardNumber, cardHolder: 'Dana Demo', expiryMonth: 12, expiryYear: year, securityCode: '123' },
});
const visa = '4242424242424242';
const cardWithChallenge = '4000002760003184';
const declined = '4000000000000002';

/** The main job of Onfile over real HTTP: from a browser session to the record, in both dialects. */
async function run(demo: Demo, credentials: Credentials): Promise<void> {
  const { tenantId, apiKey, clientId, clientSecret, customerId } = credentials;
  const key = { 'x-api-key': apiKey };
  const accountPath = `/v1/customers/${customerId}/account/payment-instrument`;

  const startSession = async () => {
    const { status, body } = await demo.call('POST', '/v1/payments/user-session', {
      headers: key,
      body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership', customerId },
    });
    promise(status === 200 && body.token.startsWith('ups_'), 'the session has a token for one browser');
    return { 'x-user-payment-session-token': String(body.token) };
  };
  const submit = async (session: Record<string, string>, cardNumber: string): Promise<[string, Reply]> => {
    const { body } = await demo.call('POST', '/upg/api/v1/payment-requests', { headers: session, body: {} });
    const token = String(body.token);
    return [
      token,
      await demo.call('POST', `/upg/api/v1/payments/${token}`, { headers: session, body: card(cardNumber) }),
    ];
  };

  demo.step('The shop’s backend creates a session for its customer');
  const session = await startSession();

  demo.step('The component in the browser asks what it may show');
  const shown = await demo.call('GET', '/upg/api/v1/session', { headers: session });
  promise(shown.body.permittedPaymentChoices.includes('CREDIT_CARD'), 'cards are permitted');

  demo.step('The customer’s first card is declined; a decline is an answer, and the session may try again');
  const [, decline] = await submit(session, declined);
  promise(decline.status === 200 && decline.body.status === 'DECLINED', 'the status is DECLINED');

  demo.step('The customer enters another card');
  const [token, entered] = await submit(session, visa);
  promise(entered.body.status === 'PREAUTHED', 'the card was checked and tokenised');

  demo.step('The backend replaces the account’s payment instrument');
  const replaced = await demo.call('POST', accountPath, { headers: key, body: { paymentRequestToken: token } });
  promise(replaced.status === 200, 'the answer is 200');
  const { storedPaymentMethodId: id, sysVersion: version } = replaced.body;

  demo.step('Sending the same token again changes nothing');
  const again = await demo.call('POST', accountPath, {
    headers: { ...key, 'accept-language': 'de' },
    body: { paymentRequestToken: token },
  });
  promise(again.status === 409, 'the answer is 409, in the language that was asked for');

  demo.step('A client of the Records API gets an access token');
  const access = await demo.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
  });
  promise(access.status === 200, 'the token is valid for a day');
  const bearer = { authorization: `Bearer ${access.body.access_token}` };
  const recordPath = `/storedPaymentMethods/${tenantId}/${id}`;

  demo.step('The Records API shows the same change');
  const record = await demo.call('GET', recordPath, { headers: bearer });
  promise(record.body.id === id && record.body.sys_version === version, 'same id, same version');
  promise(record.body.last_four_digits === '4242', 'the card ends in 4242');

  demo.step('A card that wants 3-D Secure: the customer answers the challenge on its page');
  const second = await startSession();
  const [challengedToken, challenged] = await submit(second, cardWithChallenge);
  promise(challenged.body.status === 'CHALLENGED', 'the status is CHALLENGED, with the page to show');
  const early = await demo.call('POST', accountPath, { headers: key, body: { paymentRequestToken: challengedToken } });
  promise(early.status === 409, 'the token cannot be used before the challenge is concluded');
  await demo.call('POST', challenged.body.action.url, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'outcome=complete',
  });
  const authenticated = await demo.call('PUT', `/upg/api/v1/payments/${challengedToken}/authenticate`, {
    headers: second,
    body: {},
  });
  promise(authenticated.body.status === 'PREAUTHED', 'now it is PREAUTHED');

  demo.step('The instrument is replaced in place; a retry with the same Idempotency-Key is applied once');
  const retryable = { ...key, 'idempotency-key': `demo-${Date.now()}` };
  const body = { paymentRequestToken: challengedToken };
  const first = await demo.call('POST', accountPath, { headers: retryable, body });
  const retry = await demo.call('POST', accountPath, { headers: retryable, body });
  promise(first.body.storedPaymentMethodId === id, 'the record kept its id');
  promise(first.body.sysVersion === version + 1, 'it is one version later');
  promise(JSON.stringify(retry.body) === JSON.stringify(first.body), 'the retry got the first answer');

  demo.step('The record itself is replaced through the Records API');
  const current = await demo.call('GET', recordPath, { headers: bearer });
  const named = { ...current.body, name: 'Card for the membership' };
  const put = await demo.call('PUT', recordPath, {
    headers: { ...bearer, 'if-match': String(current.headers.get('etag')) },
    body: named,
  });
  promise(put.status === 200 && put.body.sys_version === version + 2, 'the answer is the next version');

  demo.step('An update based on an older version is refused, never lost');
  const stale = await demo.call('PUT', recordPath, { headers: bearer, body: named });
  promise(stale.status === 409, 'the answer is 409 and names the current version and what changed');

  await runBulkChapter(demo, credentials, bearer);
}

const server = await reachServer();
try {
  await run(new Demo(server.credentials), server.credentials);
  console.log('\nEverything was as promised.');
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
