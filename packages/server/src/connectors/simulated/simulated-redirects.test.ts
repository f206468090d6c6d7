import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { account, pageNameOf, simulatedGateway } from '../../../test/harness/simulated-gateway.ts';
import type { ChallengeResult, RedirectChoice } from '../connector.ts';
import type { RedirectDecision } from './redirect-store.ts';
import { testPayers } from './test-payers.ts';

const { signal } = new AbortController();
const choices = Object.keys(testPayers) as RedirectChoice[];
const declined = { outcome: 'declined', reason: 'authentication_failed' };

const startRedirect = async (choice: RedirectChoice, returnUrl?: string) => {
  const { connector, redirects } = simulatedGateway();
  const result = await connector.startRedirect(account, { choice, ...(returnUrl && { returnUrl }) }, signal);
  assert.ok(result.outcome === 'challenged');
  const { action, challengeReference } = result;
  const name = pageNameOf(action.url);
  const conclude = () => connector.concludeChallenge(account, challengeReference, signal);
  return { connector, redirects, action, challengeReference, name, conclude };
};

const grantedTo = async (choice: RedirectChoice, payerId: string) => {
  const { redirects, name, conclude } = await startRedirect(choice);
  await redirects.decide(name, { state: 'approved', payerId });
  return grantedBy(await conclude());
};

const grantedBy = (result: ChallengeResult) => {
  assert.ok(result.outcome === 'granted');
  return result.instrument;
};

suite('a simulated redirect', () => {
  test('leads to a page on this server that names its tenant and cannot be guessed', async () => {
    const [one, other] = [await startRedirect('PAYPAL'), await startRedirect('PAYPAL')];
    assert.equal(one.action.type, 'REDIRECT');
    assert.match(one.action.url, /^http:\/\/127\.0\.0\.1:8080\/simulator\/redirects\/gym-1\.[0-9A-Za-z]{22}$/);
    assert.notEqual(one.action.url, other.action.url);
  });

  test('remembers where the customer goes on', async () => {
    const { redirects, name } = await startRedirect('TWINT', 'https://shop.example/back?order=7');
    assert.equal((await redirects.find(name))?.returnUrl, 'https://shop.example/back?order=7');
  });

  test('stays pending until its page has decided', async () => {
    const { conclude } = await startRedirect('IDEAL');
    assert.deepEqual(await conclude(), { outcome: 'pending' });
  });

  test('that was cancelled says so, and another tenant’s or nobody’s is declined', async () => {
    const { connector, redirects, name, conclude, challengeReference } = await startRedirect('BANCONTACT');
    await redirects.decide(name, { state: 'cancelled', payerId: null });
    assert.deepEqual(await conclude(), { outcome: 'cancelled' });
    const other = await startRedirect('BANCONTACT');
    await other.redirects.decide(other.name, { state: 'approved', payerId: 'ada' });
    const stranger = { ...account, tenantId: 'gym-2' };
    assert.deepEqual(await other.connector.concludeChallenge(stranger, other.challengeReference, signal), declined);
    assert.deepEqual(await connector.concludeChallenge(account, `${challengeReference}x`, signal), declined);
  });

  test('is decided once', async () => {
    const { redirects, name, conclude } = await startRedirect('PAYPAL');
    const decisions: RedirectDecision[] = [
      { state: 'approved', payerId: 'grace' },
      { state: 'cancelled', payerId: null },
      { state: 'approved', payerId: 'ada' },
    ];
    for (const decision of decisions) await redirects.decide(name, decision);
    assert.equal(grantedBy(await conclude()).holder, 'Grace Test');
  });

  for (const choice of choices) {
    test(`of ${choice} grants what its payer has, under a new token each time`, async () => {
      const tokens = new Set<string>();
      for (const { id, grants } of testPayers[choice]) {
        const [first, second] = [await grantedTo(choice, id), await grantedTo(choice, id)];
        for (const { token, ...instrument } of [first, second]) {
          assert.deepEqual(instrument, grants);
          assert.match(token.reveal(), /^sim_[0-9A-Za-z]{32}$/);
          tokens.add(token.reveal());
        }
      }
      assert.equal(tokens.size, testPayers[choice].length * 2);
    });

    test(`of ${choice} tells one payer from another`, () => {
      const identities = testPayers[choice].map(({ grants }) => {
        if (grants.choice === 'IDEAL') return grants.iban.reveal();
        return grants.choice === 'BANCONTACT' ? grants.cardReference : grants.payerReference;
      });
      assert.ok(identities.length > 1);
      assert.equal(new Set(identities).size, identities.length);
    });
  }

  test('grants IDEAL accounts that every merchant account can vault', async () => {
    const { connector } = simulatedGateway();
    for (const { grants } of testPayers.IDEAL) {
      assert.ok(grants.choice === 'IDEAL');
      const { iban, holder } = grants;
      await connector.tokenize(account, { kind: 'iban', iban, holder, mandateReference: 'M-1' }, signal);
    }
  });
});
