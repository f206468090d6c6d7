import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { challenged, replaceInstrument } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { fillCard, openPaymentForm, pickMethod, press, succeeded } from './harness/payment-form.ts';
import { initWidget, openShop, openShopPage, type Shop, toldBy, waitUntilTold } from './harness/shop.ts';

let shop: Shop;

const tooMany = {
  status: 429,
  headers: { 'retry-after': '7' },
  json: { errorCode: 'errormessage.rate.limit', errorMessage: 'Too many calls. Try again in 7 seconds.' },
};

/** Answers what matches, as often as it is asked, with 429. */
const refuse = (page: Page, pattern: string, method: string): Promise<unknown> =>
  page.route(pattern, (route) => (route.request().method() === method ? route.fulfill(tooMany) : route.fallback()));

describe('the form, when the server refuses or is lost', { skip }, () => {
  before(async () => {
    shop = await openShop({
      permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD', 'SEPA', 'PAYPAL'], ECOM: ['CREDIT_CARD'] },
    });
  });
  after(() => shop.stop());

  it('can be loaded again after the server would not answer, and says why it did not', async () => {
    const { page, form } = await openPaymentForm(shop, {
      beforeInit: (opened) => refuse(opened, '**/upg/api/v1/session', 'GET'),
    });
    await form.getByRole('alert').getByText('Too many calls. Try again in 7 seconds.').waitFor();
    await page.unrouteAll();
    await press(form, 'Try again');
    await form.getByLabel('Card number').waitFor();
    await page.close();
  });

  it('keeps what was entered when there were too many calls, and sends it when asked to', async () => {
    const { page, form } = await openPaymentForm(shop);
    await refuse(page, '**/upg/api/v1/payments/*', 'POST');
    await fillCard(form);
    await press(form, 'Save card');
    await form.getByRole('alert').getByText('Too many calls. Try again in 7 seconds.').waitFor();
    assert.equal((await waitUntilTold(page, 'error'))[0].code, 'errormessage.rate.limit');
    await page.unrouteAll();
    await press(form, 'Try again');
    await succeeded(page);
    await page.close();
  });

  it('leaves the bank’s page standing while there are too many questions how it ended', async () => {
    const { page, form } = await openPaymentForm(shop);
    const asked = page.waitForResponse('**/authenticate');
    await refuse(page, '**/authenticate', 'PUT');
    await fillCard(form, { number: challenged });
    await press(form, 'Save card');
    await asked;
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await page.unrouteAll();
    await bank.getByRole('button', { name: 'Complete authentication' }).click();
    await succeeded(page);
    await page.close();
  });

  it('takes the instrument once when the server did its work and then failed to say so', async () => {
    const { page, form } = await openPaymentForm(shop);
    let isFirst = true;
    await page.route('**/upg/api/v1/payments/*', async (route) => {
      const response = await route.fetch();
      await route.fulfill(isFirst ? { status: 500, body: '' } : { response });
      isFirst = false;
    });
    await fillCard(form);
    await press(form, 'Save card');
    const { token } = await succeeded(page);
    assert.equal((await replaceInstrument(shop.server, shop.tenant, token)).status, 200);
    await page.close();
  });

  it('goes on by itself when the browser is online again', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form);
    await page.context().setOffline(true);
    await press(form, 'Save card');
    await form.getByRole('heading', { name: 'No connection' }).waitFor();
    await page.context().setOffline(false);
    await succeeded(page);
    await page.close();
  });

  it('is not used twice from two tabs: the second one’s token is refused once the first one’s was used', async () => {
    const first = await openPaymentForm(shop);
    const secondPage = await openShopPage(shop);
    await initWidget(secondPage, first.config);
    await waitUntilTold(secondPage, 'ready');
    await fillCard(first.form);
    await press(first.form, 'Save card');
    const second = secondPage.frameLocator('iframe');
    await fillCard(second);
    await press(second, 'Save card');
    const tokens = [await succeeded(first.page), await succeeded(secondPage)].map(({ token }) => token);
    const statuses = [];
    for (const token of tokens) statuses.push((await replaceInstrument(shop.server, shop.tenant, token)).status);
    assert.deepEqual(statuses, [200, 409]);
    await first.page.close();
    await secondPage.close();
  });

  for (const [what, config] of [
    ['the address', { customerData: { address: { line1: 'Main Street 1', country: 'XX' } } }],
    ['the way back', { returnUrl: 'https://elsewhere.example/' }],
  ] as const) {
    it(`saves the card without ${what} that the server refuses, and tells the shop`, async () => {
      const { page, form } = await openPaymentForm(shop, { config });
      await fillCard(form);
      await press(form, 'Save card');
      await succeeded(page);
      const errors = (await toldBy(page)).filter(({ name }) => name === 'error').map(({ data }) => data[0]);
      assert.deepEqual(
        errors.map(({ code, fatal }) => ({ code, fatal })),
        [{ code: 'upc.error.configuration', fatal: false }],
      );
      assert.match(errors[0].message, /^(?:billingAddress\.country|returnUrl): \S/);
      await page.close();
    });
  }

  it('offers another method where no way back from the other page was allowed', async () => {
    const { page, form } = await openPaymentForm(shop, { config: { returnUrl: 'https://elsewhere.example/' } });
    await pickMethod(form, 'PayPal');
    await press(form, 'Continue to PayPal');
    await form.getByRole('alert').getByText('Choose another payment method').waitFor();
    const [error] = await waitUntilTold(page, 'error');
    assert.match(error.message, /^returnUrl: .*tenant's settings/);
    await pickMethod(form, 'Card');
    await fillCard(form);
    await press(form, 'Save card');
    await succeeded(page);
    await page.close();
  });
});
