import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { challenged, declined } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { fillCard, openPaymentForm, pickMethod, press, succeeded } from './harness/payment-form.ts';
import { openShop, type Shop, toldBy } from './harness/shop.ts';

let shop: Shop;

/** Everything that others could read of a page and its frames: addresses, headers, console lines, messages. */
async function overhear(page: Page): Promise<string[]> {
  const heard: string[] = [];
  page.on('request', (request) => heard.push(request.url(), JSON.stringify(request.headers()['referer'] ?? '')));
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(error.message));
  await page.exposeFunction('heardMessage', (data: string) => heard.push(data));
  await page.evaluate(() =>
    addEventListener('message', ({ data }) => (window as any).heardMessage(JSON.stringify(data))),
  );
  return heard;
}

/** What is left in a document, its fields included, and in its storage. */
const leftIn = (): Promise<string> =>
  Promise.all([indexedDB.databases(), caches.keys().catch(() => [])]).then((stores) =>
    JSON.stringify([
      ...stores,
      [localStorage, sessionStorage].map((storage) => Object.entries(storage)),
      document.cookie,
      location.href,
      document.documentElement.outerHTML,
      Array.from(document.querySelectorAll('input'), ({ value }) => value),
    ]),
  );

const assertAbsent = (texts: readonly string[], secrets: Record<string, RegExp>): void => {
  for (const [name, secret] of Object.entries(secrets)) {
    assert.deepEqual(
      texts.filter((text) => secret.test(text)),
      [],
      name,
    );
  }
};

describe('what a customer enters', { skip }, () => {
  before(async () => {
    shop = await openShop({
      permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD', 'SEPA'], ECOM: ['CREDIT_CARD'] },
    });
  });
  after(() => shop.stop());

  it('is read nowhere but in the form: a card that was refused, one that was declined, one that was confirmed', async () => {
    const { page, form, sessionToken } = await openPaymentForm(shop);
    const heard = await overhear(page);
    // A well-formed number that no gateway has published for tests.
    await fillCard(form, { number: '4539 5787 6362 1486', code: '739' });
    await press(form, 'Save card');
    await form.getByText('published test card numbers').waitFor();
    await fillCard(form, { number: declined, code: '739' });
    await press(form, 'Save card');
    await form.getByText('Your bank did not accept this').waitFor();
    await fillCard(form, { number: challenged, code: '739' });
    await press(form, 'Save card');
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await bank.getByRole('button', { name: 'Complete authentication' }).click();
    await succeeded(page);
    const left = await Promise.all(page.frames().map((frame) => frame.evaluate(leftIn)));
    const told = JSON.stringify(await toldBy(page));
    assertAbsent([...heard, ...left, told, shop.server.log()], {
      'a number': /4539 ?5787|4000 ?0000 ?0000 ?0002|4000 ?0027 ?6000 ?3184/,
      'the session’s token': new RegExp(sessionToken.slice(sessionToken.lastIndexOf('_') + 1)),
    });
    assertAbsent([...heard, ...left, told], { 'a code': /(?<![0-9A-Za-z])739(?![0-9A-Za-z])/ });
    await page.close();
  });

  it('is read nowhere but in the form: an account', async () => {
    const { page, form } = await openPaymentForm(shop);
    const heard = await overhear(page);
    await pickMethod(form, 'SEPA direct debit');
    await form.getByLabel('Account holder').fill('Ada Test');
    await form.getByLabel('IBAN').fill('DE89370400440532013000');
    await form.getByLabel('I agree to payments').check();
    await press(form, 'Continue');
    await press(form, 'Confirm and save');
    await succeeded(page);
    const left = await Promise.all(page.frames().map((frame) => frame.evaluate(leftIn)));
    const told = JSON.stringify(await toldBy(page));
    assertAbsent([...heard, ...left, told, shop.server.log()], { 'an IBAN': /DE89 ?3704|37040044/ });
    await page.close();
  });

  it('can be filled in by the browser where that is right, and only there', async () => {
    const { page, form } = await openPaymentForm(shop);
    const tokens = await form
      .locator('input:not([type=radio])')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).autocomplete));
    assert.deepEqual(tokens, ['cc-number', 'cc-exp', 'cc-csc', 'cc-name']);
    await pickMethod(form, 'SEPA direct debit');
    assert.equal(await form.getByLabel('IBAN').getAttribute('autocomplete'), 'off');
    await page.close();
  });
});
