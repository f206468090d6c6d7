import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatIban } from '@onfile/card/iban';
import { formatSortCode } from '@onfile/card/sort-code';
import {
  type TestAccountKind,
  type TestAccountPublisher,
  type TestBankAccount,
  testAccountPublishers,
  testBankAccounts,
} from './test-bank-accounts.ts';
import { testPayers } from './test-payers.ts';

const guidePath = fileURLToPath(new URL('../../../../../docs/guides/test-bank-accounts.md', import.meta.url));

const introduction = `# Test bank accounts and payers

A tenant in test mode takes the bank accounts that gateways publish for testing, Vocalink's valid test cases and the
examples of the SWIFT IBAN registry, and no others: any other account is refused with
\`errormessage.account.number.not.test\`. Where two publications disagree about an account, Stripe comes first, and the
account stands in one table only.

- The rules of the payment choice come before the gateway: SEPA takes IBANs of SEPA countries only, CH_DD and LSV those
  of Switzerland and Liechtenstein, BACS accounts that do not fail the modulus check. Of Stripe's accounts at 10-88-00
  that leaves the two below; for an approved one use another.
- What happens here is a check without an amount. Accounts that are disputed later, or whose limit an amount exceeds,
  are approved. The account type of a US account, and holders' names, change nothing.
- The browser never learns why an account was declined; the reason is for the merchant.

To try the main ways: \`DE89 3704 0044 0532 0130 00\`, \`CH93 0076 2011 6238 5295 7\`, \`20-00-00\` \`55779911\` and
\`110000000\` \`000123456789\` are approved, \`AT86 1904 3002 3547 3202\` and \`110000000\` \`000111111113\` are declined.
`;

const headings: Readonly<Record<TestAccountKind, string>> = {
  iban: '| IBAN | stands for | result |\n|---|---|---|',
  'uk-account': '| sort code | account number | stands for | result |\n|---|---|---|---|',
  'us-account': '| routing number | account number | stands for | result |\n|---|---|---|---|',
};

const cells = ({ kind, account }: TestBankAccount): string => {
  if (kind === 'iban') return `\`${formatIban(account)}\``;
  const [bank = '', number = ''] = account.split(' ');
  return `\`${kind === 'uk-account' ? formatSortCode(bank) : bank}\` | \`${number}\``;
};

const row = (testAccount: TestBankAccount): string => {
  const { meaning, outcome } = testAccount;
  return `| ${cells(testAccount)} | ${meaning} | ${outcome === 'approved' ? outcome : `declined: \`${outcome}\``} |`;
};

const table = (publisher: TestAccountPublisher, kind: TestAccountKind): string[] => {
  const accounts = testBankAccounts.filter((account) => account.publisher === publisher && account.kind === kind);
  return accounts.length === 0 ? [] : [headings[kind], ...accounts.map(row), ''];
};

const section = (publisher: TestAccountPublisher): string =>
  [
    `## ${publisher}`,
    '',
    ...table(publisher, 'iban'),
    ...table(publisher, 'uk-account'),
    ...table(publisher, 'us-account'),
  ].join('\n');

const payers = `## Payers of PayPal, TWINT, iDEAL and Bancontact

These choices open a page that stands in for the other party's, with a choice of test payers and two buttons. "Approve"
grants the payer's instrument, the same one each time; "Cancel" makes the payment request \`CANCELLED\`. The first
decision stays. Then the browser goes on to where the shop said, or is told that it can go back.

| payment choice | payer |
|---|---|
${Object.entries(testPayers)
  .flatMap(([choice, ofChoice]) => ofChoice.map(({ label }) => `| \`${choice}\` | ${label} |`))
  .join('\n')}
`;

// The guide is this test's snapshot: after a change to the accounts run it again with --test-update-snapshots.
test('the guide lists every test bank account and what it does, and every test payer', (context) => {
  const guide = [introduction, ...testAccountPublishers.map(section), payers].join('\n');
  context.assert.fileSnapshot(guide, guidePath, { serializers: [String] });
});
