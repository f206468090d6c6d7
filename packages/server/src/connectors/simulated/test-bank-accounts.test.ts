import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseAchAccountNumber } from '@onfile/card/ach-account-number';
import { parseIban } from '@onfile/card/iban';
import { checkModulus } from '@onfile/card/modulus-check';
import { parseRoutingNumber } from '@onfile/card/routing-number';
import { parseSortCode, parseUkAccount } from '@onfile/card/sort-code';
import { Secret } from '../../crypto/secret.ts';
import { findTestBankAccount, type TestAccountKind, testBankAccounts } from './test-bank-accounts.ts';

const accountsOf = (kind: TestAccountKind) => testBankAccounts.filter((testAccount) => testAccount.kind === kind);

const findIban = (iban: string) =>
  findTestBankAccount({ kind: 'iban', iban: new Secret(iban), holder: 'Ada Byron', mandateReference: 'M-1' });

suite('the published test bank accounts', () => {
  test('are all such as the rules for their kind let through, in the form that the rules give them', () => {
    for (const { account } of accountsOf('iban')) assert.equal(parseIban(account).value?.electronic, account, account);
    for (const { account } of accountsOf('uk-account')) {
      const [sortCode = '', accountNumber = ''] = account.split(' ');
      assert.equal(parseSortCode(sortCode).value, sortCode, account);
      assert.deepEqual(parseUkAccount(sortCode, accountNumber).value, { sortCode, accountNumber }, account);
      assert.notEqual(checkModulus({ sortCode, accountNumber }), 'failed', account);
    }
    for (const { account } of accountsOf('us-account')) {
      const [routingNumber = '', accountNumber = ''] = account.split(' ');
      assert.equal(parseRoutingNumber(routingNumber).value, routingNumber, account);
      assert.equal(parseAchAccountNumber(accountNumber).value, accountNumber, account);
    }
  });

  test('are there for Switzerland and Liechtenstein, in each outcome that Stripe publishes', () => {
    for (const country of ['CH', 'LI']) {
      const accounts = accountsOf('iban').filter(({ account }) => account.startsWith(country));
      assert.deepEqual(
        new Set(accounts.map(({ outcome }) => outcome)),
        new Set(['approved', 'generic_decline', 'insufficient_funds']),
        country,
      );
    }
  });

  test('do what Stripe says where Adyen or the registry say something else', () => {
    for (const iban of ['BE68539007547034', 'ES9121000418450200051332', 'NL91ABNA0417164300']) {
      const { publisher, outcome } = findIban(iban) ?? {};
      assert.deepEqual([publisher, outcome], ['Stripe', 'generic_decline'], iban);
    }
  });

  test('have no account that nobody published', () => assert.equal(findIban('DE02120300000000202051'), undefined));
});
