import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { containsCardNumber } from '@onfile/card/find-card-number';
import { account, simulatedGateway } from '../../../test/harness/simulated-gateway.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import type { BankAccountDetails } from '../connector.ts';

const { signal } = new AbortController();
const mandate = { holder: 'Ada Byron', mandateReference: 'M-1' };

const iban = (text: string): BankAccountDetails => ({ kind: 'iban', iban: new Secret(text), ...mandate });
const uk = (sortCode: string, accountNumber: string): BankAccountDetails => ({
  kind: 'uk-account',
  sortCode,
  accountNumber: new Secret(accountNumber),
  ...mandate,
});
const us = (
  routingNumber: string,
  accountNumber: string,
  accountType: 'checking' | 'savings' = 'checking',
): BankAccountDetails => ({
  kind: 'us-account',
  routingNumber,
  accountNumber: new Secret(accountNumber),
  accountType,
  ...mandate,
});

const check = (bankAccount: BankAccountDetails) =>
  simulatedGateway().connector.checkBankAccount(account, bankAccount, signal);

const isNotTestAccount = (error: unknown) =>
  error instanceof OnfileError &&
  error.code === 'errormessage.account.number.not.test' &&
  error.reference === undefined;

suite('the simulated gateway', () => {
  const approving = {
    'the IBAN of Germany’s registry': iban('DE89370400440532013000'),
    'a Swiss IBAN': iban('CH9300762011623852957'),
    'a Liechtenstein IBAN': iban('LI21088100002324013AA'),
    'an IBAN of Adyen’s test bank': iban('NL13TEST0123456789'),
    'GoCardless’ sort code and account': uk('200000', '55779911'),
    'an account of Vocalink’s test cases': uk('089999', '66374958'),
    'Stripe’s routing number and account': us('110000000', '000123456789'),
    'the same as savings': us('110000000', '000123456789', 'savings'),
    'an account that is disputed only after a payment': iban('AT591904300235473203'),
    'an account whose limit an amount would exceed': us('110000000', '000777777771'),
  };
  for (const [name, bankAccount] of Object.entries(approving)) {
    test(`approves ${name}`, async () => assert.deepEqual(await check(bankAccount), { outcome: 'approved' }));
  }

  const declining = {
    generic_decline: iban('AT861904300235473202'),
    insufficient_funds: iban('CH1800762000002222227'),
    account_closed: us('110000000', '000111111113'),
    no_account: us('110000000', '000111111116'),
    debit_not_permitted: uk('108800', '33333335'),
    processing_error: us('011000015', '1000000002'),
  };
  for (const [reason, bankAccount] of Object.entries(declining)) {
    test(`declines a published bank account as ${reason}`, async () =>
      assert.deepEqual(await check(bankAccount), { outcome: 'declined', reason }));
  }

  test('refuses a bank account that nobody publishes, leaves the field to its caller, and never vaults it', async () => {
    const { connector } = simulatedGateway();
    const unknown = [
      iban('DE02120300000000202051'),
      uk('200000', '55779912'),
      uk('110000', '00012345'),
      us('110000000', '123456789'),
      us('021000021', '000123456789'),
    ];
    for (const bankAccount of unknown) {
      await assert.rejects(connector.checkBankAccount(account, bankAccount, signal), isNotTestAccount);
      await assert.rejects(connector.tokenize(account, bankAccount, signal), isNotTestAccount);
    }
  });

  test('vaults a bank account under a token that tells nothing of it, at each merchant account another', async () => {
    const { connector } = simulatedGateway();
    const tokens = await Promise.all(
      ['main', 'second'].map(async (merchantAccountId) => {
        const token = await connector.tokenize({ ...account, merchantAccountId }, iban('NL39RABO0300065264'), signal);
        return token.reveal();
      }),
    );
    assert.notEqual(tokens[0], tokens[1]);
    for (const token of tokens) {
      assert.match(token, /^sim_[0-9A-Za-z]{32}$/);
      assert.equal(containsCardNumber(token), false);
    }
  });
});
