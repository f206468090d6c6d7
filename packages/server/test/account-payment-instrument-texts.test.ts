import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { submitInSession, withNewCustomer } from './harness/gateway.ts';
import { declined, enterCard, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const german = { headers: { 'accept-language': 'de-CH, en;q=0.5' } };

describe('a refusal is written for its reader', () => {
  it('with time, record and version formatted in English', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    const { body: used } = await replaceInstrument(server, ada, token);
    const { body, headers } = await replaceInstrument(server, ada, token);
    assert.match(body.args[0], /^[A-Z][a-z]+ \d{1,2}, \d{4} at \d{1,2}:\d\d:\d\d [AP]M UTC$/u);
    assert.equal(
      body.errorMessage,
      `This entry was already used on ${body.args[0]}. It led to payment method ${used.storedPaymentMethodId}, version 1; there is nothing more to do.`,
    );
    assert.equal(headers.get('content-language'), 'en');
  });

  it('in German where German is asked for', async () => {
    const ada = await withNewCustomer(server, acme);
    const { token } = await submitInSession(server, ada, declined);
    const { body, headers } = await replaceInstrument(server, ada, token, german);
    assert.equal(headers.get('content-language'), 'de-CH');
    assert.deepEqual(body.args, ['abgelehnt']);
    assert.match(body.errorMessage, /^Der Kunde ist noch nicht fertig\. Zustand der Zahlungsanfrage: abgelehnt\./);
    const entered = await enterCard(server, ada, visa);
    await replaceInstrument(server, ada, entered);
    const again = await replaceInstrument(server, ada, entered, german);
    assert.match(again.body.args[0], /^\d{1,2}\. \p{Lu}\p{Ll}+ \d{4} um \d\d:\d\d:\d\d /u);
    assert.match(again.body.errorMessage, /^Diese Erfassung wurde schon verwendet/);
  });

  it('in the tenant’s language and time zone when none is asked for, in English when it is not spoken', async () => {
    const berlin = await server.tenant('berlin', { locale: 'de', timeZone: 'Europe/Berlin' });
    const token = await enterCard(server, berlin);
    await replaceInstrument(server, berlin, token);
    const silent = await replaceInstrument(server, berlin, token);
    assert.match(silent.body.args[0], / MES?Z$/);
    assert.match(silent.body.errorMessage, /^Diese Erfassung/);
    for (const [wanted, text] of [
      ['*', /^Diese Erfassung/],
      ['ja', /^This entry/],
      ['en-GB', /^This entry/],
    ] as const) {
      const { body } = await replaceInstrument(server, berlin, token, { headers: { 'accept-language': wanted } });
      assert.match(body.errorMessage, text);
    }
  });

  it('with the same typed arguments in every language', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    await replaceInstrument(server, ada, token);
    const [english, inGerman] = await Promise.all([
      replaceInstrument(server, ada, token),
      replaceInstrument(server, ada, token, german),
    ]);
    assert.deepEqual(inGerman?.body.typedArgs, english?.body.typedArgs);
    assert.notDeepEqual(inGerman?.body.args, english?.body.args);
  });
});

describe('a refusal can be traced', () => {
  const traceOf = async (headers: Record<string, string>): Promise<string> =>
    (await replaceInstrument(server, acme, 'unknown', { headers })).body.traceId;

  it('by the low 64 bits of the caller’s traceparent in decimal', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    assert.equal(await traceOf({ traceparent }), '11803532876627986230');
    assert.equal(await traceOf({ traceparent, 'x-datadog-trace-id': '42' }), '11803532876627986230');
  });

  it('by Datadog’s own header', async () => {
    assert.equal(await traceOf({ 'x-datadog-trace-id': '18446744073709551615' }), '18446744073709551615');
  });

  it('by an id of its own when the caller’s is missing or malformed, and the log has it', async () => {
    const unusable: Record<string, string>[] = [
      {},
      { traceparent: '00-zz' },
      { 'x-datadog-trace-id': '18446744073709551616' },
    ];
    for (const headers of unusable) {
      const traceId = await traceOf(headers);
      assert.match(traceId, /^[1-9]\d{0,19}$/);
      assert.ok(server.log().includes(`"traceId":"${traceId}"`));
    }
  });
});
