import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { callGateway, readSession, withNewCustomer } from './harness/gateway.ts';
import { bill, enter, entries, germanIban, ibanEntry, tenantWithEveryChoice } from './harness/instruments.ts';
import { beginRequest, replaceInstrument, startSession } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let verein: TestTenant;

before(async () => {
  server = await startTestServer();
  verein = await tenantWithEveryChoice(server, 'verein', {
    country: 'DE',
    currency: 'EUR',
    // European Payments Council, EPC262-08: the example of Germany's identifiers.
    creditorIdentifiers: { SEPA_CORE: 'DE98ZZZ09999999999' },
  });
});

after(() => server.stop());

/** The day so many months after today, in UTC; the last one of a month that is too short. */
function monthsFromNow(months: number): string {
  const now = server.clock.now();
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(now.getUTCDate(), lastDay))).toISOString().slice(0, 10);
}

const drawn = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d', 'hex').toString('base64')}`;

describe('a mandate', () => {
  it('by SEPA names the creditor and its text, and lapses 36 months after it was given', async () => {
    const ada = await withNewCustomer(server, verein);
    const begun = server.clock.now();
    const { mandate } = await bill(server, ada, entries.SEPA);
    const { reference, signedAt, textVersion, ...rest } = mandate;
    assert.match(reference, /^M[0-9A-Z]{23}$/);
    assert.ok(new Date(signedAt) >= begun && new Date(signedAt) <= server.clock.now());
    assert.deepEqual(rest, {
      scheme: 'SEPA_CORE',
      creditorIdentifier: 'DE98ZZZ09999999999',
      signed: false,
      lapsesOn: monthsFromNow(36),
    });
    const session = await startSession(server, ada);
    const { mandates } = (await readSession(server, session)).body;
    const offered = mandates.find((one: { paymentChoice: string }) => one.paymentChoice === 'SEPA');
    assert.equal(offered.textVersion, textVersion);
    assert.match(offered.text, /DE98ZZZ09999999999/);
  });

  it('of the other schemes holds until it is cancelled, under a reference that the scheme takes', async () => {
    const patterns = {
      CH_DD: ['CH_DD', /^M[0-9A-Z]{23}$/],
      LSV: ['LSV', /^M[0-9A-Z]{23}$/],
      BACS: ['BACS', /^M[0-9A-Z]{17}$/],
      ACH: ['ACH_WEB', /^M[0-9A-Z]{14}$/],
    } as const;
    const ada = await withNewCustomer(server, verein);
    for (const [choice, [scheme, pattern]] of Object.entries(patterns)) {
      const { mandate } = await bill(server, ada, entries[choice as keyof typeof patterns]);
      assert.deepEqual([mandate.scheme, mandate.lapsesOn], [scheme, undefined]);
      assert.match(mandate.reference, pattern);
    }
  });

  it('is a new one when the same account is entered again', async () => {
    const ada = await withNewCustomer(server, verein);
    const first = await bill(server, ada, entries.SEPA);
    const second = await bill(server, ada, entries.SEPA);
    assert.deepEqual([first.match, second.match], ['NEW_METHOD', 'SAME_METHOD']);
    assert.notEqual(second.mandate.reference, first.mandate.reference);
  });

  it('is signed by a drawn image or a typed name, and by nothing that is blank', async () => {
    const ada = await withNewCustomer(server, verein);
    for (const [signature, signed] of [
      [drawn, true],
      ['Ada Test', true],
      ['  ', false],
      [null, false],
    ] as const) {
      const { mandate } = await bill(server, ada, ibanEntry('SEPA', germanIban, { signature }));
      assert.equal(mandate.signed, signed, String(signature));
      assert.equal('signature' in mandate, false);
    }
  });

  it('is refused unsigned where the backend asked for a signature', async () => {
    const session = await startSession(server, verein, { requireDirectDebitSignature: true });
    assert.equal((await readSession(server, session)).body.requireDirectDebitSignature, true);
    const token = await beginRequest(server, session);
    const submit = (body: object) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
    for (const signature of [undefined, null, ' ']) {
      const answer = await submit(ibanEntry('SEPA', germanIban, { signature }));
      assertRefused(answer, 400, 'mandate.signature.required', 'sepa.signature');
    }
    assert.equal((await submit(ibanEntry('SEPA', germanIban, { signature: drawn }))).body.status, 'PREAUTHED');
  });

  it('asks no signature of a scheme that has none', async () => {
    const options = { session: { requireDirectDebitSignature: true } };
    for (const choice of ['BACS', 'ACH'] as const) {
      const ada = await withNewCustomer(server, verein);
      assert.equal(
        (await replaceInstrument(server, ada, await enter(server, ada, entries[choice], options))).status,
        200,
      );
    }
  });
});
