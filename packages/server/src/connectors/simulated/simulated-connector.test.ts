import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { containsCardNumber } from '@onfile/card/find-card-number';
import { account, pageNameOf, simulatedGateway } from '../../../test/harness/simulated-gateway.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { type Connector, ConnectorError } from '../connector.ts';
import { parsePageName } from './page-url.ts';

const { signal } = new AbortController();

const cardOf = (number: string, change: { code?: string; expiryYear?: number } = {}) => ({
  kind: 'card' as const,
  number: new Secret(number),
  holder: 'Ada Byron',
  expiryMonth: 12,
  expiryYear: change.expiryYear ?? new Date().getUTCFullYear() + 3,
  securityCode: new Secret(change.code ?? '123'),
});

const check = (number: string, change: { code?: string; expiryYear?: number } = {}) =>
  simulatedGateway().connector.checkCard(account, cardOf(number, change), signal);

const isNotTestCard = (error: unknown) =>
  error instanceof OnfileError &&
  error.code === 'errormessage.card.number.not.test' &&
  error.reference === 'creditCard.cardNumber';

const startChallenge = async (number: string) => {
  const { challenges, connector } = simulatedGateway();
  const result = await connector.checkCard(account, cardOf(number), signal);
  assert.ok(result.outcome === 'challenged');
  const name = pageNameOf(result.action.url);
  const conclude = () => connector.concludeChallenge(account, result.challengeReference, signal);
  return { challenges, connector, conclude, name, url: result.action.url };
};

suite('the simulated gateway', () => {
  const approving = [
    '4242424242424242',
    '5555555555554444',
    '6011000990139424',
    '4000000000000341',
    '3566002020360505',
  ];
  for (const number of [...approving, '4111111111111111', '4166676667666746', '4000000000002701', '4000000000002313']) {
    test(`approves ${number}`, async () => assert.deepEqual(await check(number), { outcome: 'approved' }));
  }

  const declining = {
    '4000000000000002': 'generic_decline',
    '4000000000009995': 'insufficient_funds',
    '4000000000009987': 'lost_card',
    '4000000000009979': 'stolen_card',
    '4000000000000069': 'expired_card',
    '4000000000000127': 'incorrect_security_code',
    '4000000000000119': 'processing_error',
    '4000111111111115': 'generic_decline',
    '4000000000002925': 'authentication_failed',
  };
  for (const [number, reason] of Object.entries(declining)) {
    test(`declines ${number}: ${reason}`, async () =>
      assert.deepEqual(await check(number), { outcome: 'declined', reason }));
  }

  test('takes any code of the right length, four digits for American Express', async () => {
    assert.deepEqual(await check('378282246310005', { code: '0000' }), { outcome: 'approved' });
    const wrong = { outcome: 'declined', reason: 'incorrect_security_code' };
    assert.deepEqual(await check('378282246310005', { code: '123' }), wrong);
    assert.deepEqual(await check('4242424242424242', { code: '1234' }), wrong);
  });

  test('takes any future expiry and declines a past one', async () => {
    assert.deepEqual(await check('4242424242424242', { expiryYear: 2099 }), { outcome: 'approved' });
    const expired = { outcome: 'declined', reason: 'expired_card' };
    assert.deepEqual(await check('4242424242424242', { expiryYear: 2020 }), expired);
  });

  test('refuses a number that no gateway publishes, and never vaults it', async () => {
    const { connector } = simulatedGateway();
    const unknown = cardOf('4532015112830366');
    await assert.rejects(connector.checkCard(account, unknown, signal), isNotTestCard);
    await assert.rejects(connector.tokenize(account, unknown, signal), isNotTestCard);
  });
});

suite('a simulated challenge', () => {
  test('has a URL on this server that names its tenant and cannot be guessed', async () => {
    const [one, other] = [await startChallenge('4000002760003184'), await startChallenge('4000002760003184')];
    assert.match(one.url, /^http:\/\/127\.0\.0\.1:8080\/simulator\/challenges\/gym-1\.[0-9A-Za-z]{22}$/);
    assert.equal(one.name.tenantId, 'gym-1');
    assert.notEqual(one.url, other.url);
  });

  test('stays pending until its page has decided', async () => {
    const { conclude } = await startChallenge('4000002760003184');
    assert.deepEqual(await conclude(), { outcome: 'pending' });
  });

  const completed = {
    '4000002760003184': { outcome: 'approved' },
    '4000008400001629': { outcome: 'declined', reason: 'generic_decline' },
    '4000008260003178': { outcome: 'declined', reason: 'insufficient_funds' },
    '4000000000002370': { outcome: 'declined', reason: 'authentication_failed' },
  };
  for (const [number, result] of Object.entries(completed)) {
    test(`that was completed ends as published for ${number}`, async () => {
      const { challenges, conclude, name } = await startChallenge(number);
      await challenges.decide({ ...name, state: 'completed' });
      assert.deepEqual(await conclude(), result);
    });
  }

  test('that was failed is declined', async () => {
    const { challenges, conclude, name } = await startChallenge('4000002760003184');
    await challenges.decide({ ...name, state: 'failed' });
    assert.deepEqual(await conclude(), { outcome: 'declined', reason: 'authentication_failed' });
  });

  test('that does not exist, or is another tenant’s, is declined', async () => {
    const { challenges, connector, name } = await startChallenge('4000002760003184');
    await challenges.decide({ ...name, state: 'completed' });
    const declined = { outcome: 'declined', reason: 'authentication_failed' };
    const stranger = { ...account, tenantId: 'gym-2' };
    assert.deepEqual(await connector.concludeChallenge(stranger, name.pageId, signal), declined);
    assert.deepEqual(await connector.concludeChallenge(account, 'unknown', signal), declined);
  });

  test('has a name that only a well-formed path part yields', () => {
    const id = 'a'.repeat(22);
    assert.deepEqual(parsePageName(`gym-1.${id}`), { tenantId: 'gym-1', pageId: id });
    for (const text of ['', id, `.${id}`, `GYM.${id}`, `gym-1.${id}a`, `gym-1.${id}\n`, `a.b.${id}`]) {
      assert.equal(parsePageName(text), undefined, text);
    }
  });
});

suite('a simulated token', () => {
  test('is new each time, tells nothing of the number and looks like none', async () => {
    const { connector } = simulatedGateway();
    const tokens = new Set<string>();
    for (let count = 0; count < 100; count += 1) {
      const token = (await connector.tokenize(account, cardOf('4242424242424242'), signal)).reveal();
      assert.match(token, /^sim_[0-9A-Za-z]{32}$/);
      assert.equal(containsCardNumber(token), false);
      tokens.add(token);
    }
    assert.equal(tokens.size, 100);
  });

  test('can be retired twice', async () => {
    const { connector } = simulatedGateway();
    await connector.retireToken(account, new Secret('sim_gone'), signal);
    await connector.retireToken(account, new Secret('sim_gone'), signal);
  });
});

suite('a simulated gateway in trouble', () => {
  const iban = {
    kind: 'iban' as const,
    iban: new Secret('DE89370400440532013000'),
    holder: 'Ada Byron',
    mandateReference: 'M-1',
  };
  const callsOf = (connector: Connector, until: () => AbortSignal) => [
    connector.checkCard(account, cardOf('4242424242424242'), until()),
    connector.checkBankAccount(account, iban, until()),
    connector.startRedirect(account, { choice: 'TWINT' }, until()),
    connector.concludeChallenge(account, 'any', until()),
    connector.tokenize(account, cardOf('4242424242424242'), until()),
    connector.tokenize(account, iban, until()),
    connector.retireToken(account, new Secret('sim_any'), until()),
  ];

  test('gives up each call as soon as the caller does', async () => {
    const { connector } = simulatedGateway({ latencyMs: 60_000 });
    for (const until of [() => AbortSignal.abort(), () => AbortSignal.timeout(5)]) {
      await Promise.all(callsOf(connector, until).map((call) => assert.rejects(call, ConnectorError)));
    }
  });

  test('fails each call when it is told to fail all', async () => {
    const { connector } = simulatedGateway({ failureRate: 1 });
    await Promise.all(callsOf(connector, () => signal).map((call) => assert.rejects(call, ConnectorError)));
  });

  test('fails as often as it is told to', async () => {
    const draws = [0.1, 0.9, 0.29, 0.3];
    const { connector } = simulatedGateway({ failureRate: 0.3, random: () => draws.shift() ?? 1 });
    const outcomes: boolean[] = [];
    for (let call = 0; call < 4; call += 1) {
      const answered = connector.checkCard(account, cardOf('4242424242424242'), signal).then(
        () => true,
        (error: unknown) => !(error instanceof ConnectorError),
      );
      outcomes.push(await answered);
    }
    assert.deepEqual(outcomes, [false, true, false, true]);
  });
});
