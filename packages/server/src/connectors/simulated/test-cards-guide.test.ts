import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type TestCard, testCards } from './test-cards.ts';

const guidePath = fileURLToPath(new URL('../../../../../docs/guides/test-cards.md', import.meta.url));

const introduction = `# Test cards

A tenant in test mode takes the card numbers that Stripe, Braintree and Adyen publish for testing, and no others: any
other number is refused with \`errormessage.card.number.not.test\`. Where two publications disagree about a number,
Stripe comes before Braintree and Braintree before Adyen, and the number stands in one table only.

- Any expiry in the future will do, and any code of the right length: four digits for American Express, else three.
  A past expiry and a code of another length are refused with 400 before the gateway is asked.
- What happens here is a check over an amount of zero. Cards that fail on a later charge, refund or dispute only are
  approved. Cards that a gateway blocks by settings of its own are approved too, unless it always blocks them.
- A challenge opens a page with two buttons. "Complete" leads to the result below; "Fail" declines the card as
  \`authentication_failed\`, whatever the table says.
- The browser never learns why a card was declined; the reason is for the merchant.

To try the main ways: \`4242 4242 4242 4242\` is approved, \`4000 0000 0000 9995\` is declined, \`4000 0027 6000 3184\`
asks for a challenge and is approved after it, \`4000 0084 0000 1629\` is declined after it.
`;

const grouped = (number: string): string => number.replace(/(\d{4})(?=\d)/g, '$1 ');

const result = ({ outcome, challenge }: TestCard): string => {
  const end = outcome === 'approved' ? 'approved' : `declined: \`${outcome}\``;
  return challenge ? `challenge, then ${end}` : end;
};

const table = (gateway: TestCard['gateway']): string => {
  const rows = testCards
    .filter((card) => card.gateway === gateway)
    .map((card) => `| \`${grouped(card.number)}\` | ${card.meaning} | ${result(card)} |`);
  return [`## ${gateway}`, '', '| number | stands for | result |', '|---|---|---|', ...rows, ''].join('\n');
};

// The guide is this test's snapshot: after a change to the cards run it again with --test-update-snapshots.
test('the guide lists every test card and what it does', (context) => {
  const guide = [introduction, table('Stripe'), table('Braintree'), table('Adyen')].join('\n');
  context.assert.fileSnapshot(guide, guidePath, { serializers: [String] });
});
