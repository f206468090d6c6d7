import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { containsCardNumber } from '@onfile/card/find-card-number';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { ConnectorError } from '../connector.ts';
import { type ChallengeName, parseChallengeName } from './challenge-url.ts';
import {
  type ChallengeStore,
  createSimulatedConnector,
  type SimulatedConnectorOptions,
} from './simulated-connector.ts';

const account = { tenantId: 'gym-1', merchantAccountId: 'main', processorAccountId: 'acct_1' };
const { signal } = new AbortController();

const cardOf = (number: string, change: { code?: string; expiryYear?: number } = {}) => ({
  number: new Secret(number),
  holder: 'Ada Byron',
  expiryMonth: 12,
  expiryYear: change.expiryYear ?? new Date().getUTCFullYear() + 3,
  securityCode: new Secret(change.code ?? '123'),
});

const key = ({ tenantId, challengeId }: ChallengeName) => `${tenantId}/${challengeId}`;

const memoryChallenges = (): ChallengeStore => {
  type Challenge = NonNullable<Awaited<ReturnType<ChallengeStore['find']>>>;
  const rows = new Map<string, Challenge>();
  return {
    async create({ publishedOutcome, ...name }) {
      rows.set(key(name), { state: 'pending', publishedOutcome });
    },
    async find(name) {
      return rows.get(key(name)) ?? null;
    },
    async decide({ state, ...name }) {
      const challenge = rows.get(key(name));
      if (challenge?.state === 'pending') challenge.state = state;
    },
  };
};

const baseUrl = () => 'http://127.0.0.1:8080';

const simulated = (options: Partial<SimulatedConnectorOptions> = {}) => {
  const challenges = memoryChallenges();
  return { challenges, connector: createSimulatedConnector({ challenges, baseUrl, ...options }) };
};

const check = (number: string, change: { code?: string; expiryYear?: number } = {}) =>
  simulated().connector.checkCard(account, cardOf(number, change), signal);

const isNotTestCard = (error: unknown) =>
  error instanceof OnfileError &&
  error.code === 'errormessage.card.number.not.test' &&
  error.reference === 'creditCard.cardNumber';

const startChallenge = async (number: string) => {
  const { challenges, connector } = simulated();
  const result = await connector.checkCard(account, cardOf(number), signal);
  assert.ok(result.outcome === 'challenged');
  const name = parseChallengeName(new URL(result.action.url).pathname.split('/').at(-1) ?? '');
  assert.ok(name);
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
    const { connector } = simulated();
    const unknown = cardOf('4532015112830366');
    await assert.rejects(connector.checkCard(account, unknown, signal), isNotTestCard);
    await assert.rejects(connector.tokenizeCard(account, unknown, signal), isNotTestCard);
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
    assert.deepEqual(await connector.concludeChallenge(stranger, name.challengeId, signal), declined);
    assert.deepEqual(await connector.concludeChallenge(account, 'unknown', signal), declined);
  });

  test('has a name that only a well-formed path part yields', () => {
    const id = 'a'.repeat(22);
    assert.deepEqual(parseChallengeName(`gym-1.${id}`), { tenantId: 'gym-1', challengeId: id });
    for (const text of ['', id, `.${id}`, `GYM.${id}`, `gym-1.${id}a`, `gym-1.${id}\n`, `a.b.${id}`]) {
      assert.equal(parseChallengeName(text), undefined, text);
    }
  });
});

suite('a simulated token', () => {
  test('is new each time, tells nothing of the number and looks like none', async () => {
    const { connector } = simulated();
    const tokens = new Set<string>();
    for (let count = 0; count < 100; count += 1) {
      const token = (await connector.tokenizeCard(account, cardOf('4242424242424242'), signal)).reveal();
      assert.match(token, /^sim_[0-9A-Za-z]{32}$/);
      assert.equal(containsCardNumber(token), false);
      tokens.add(token);
    }
    assert.equal(tokens.size, 100);
  });

  test('can be retired twice', async () => {
    const { connector } = simulated();
    await connector.retireToken(account, new Secret('sim_gone'), signal);
    await connector.retireToken(account, new Secret('sim_gone'), signal);
  });
});

suite('a simulated gateway in trouble', () => {
  const { connector: slow } = simulated({ latencyMs: 60_000 });
  const calls = [
    () => slow.checkCard(account, cardOf('4242424242424242'), AbortSignal.abort()),
    () => slow.tokenizeCard(account, cardOf('4242424242424242'), AbortSignal.timeout(5)),
    () => slow.concludeChallenge(account, 'any', AbortSignal.timeout(5)),
    () => slow.retireToken(account, new Secret('sim_any'), AbortSignal.timeout(5)),
  ];
  test('gives up as soon as the caller does', async () => {
    for (const call of calls) await assert.rejects(call, ConnectorError);
  });

  test('fails as often as it is told to', async () => {
    const draws = [0.1, 0.9, 0.29, 0.3];
    const { connector } = simulated({ failureRate: 0.3, random: () => draws.shift() ?? 1 });
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
