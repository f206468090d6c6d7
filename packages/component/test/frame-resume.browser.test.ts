import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { challenged, getRecord, replaceInstrument } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { fillCard, openPaymentForm, pickMethod, press, reopenPaymentForm, succeeded } from './harness/payment-form.ts';
import { initWidget, openShop, openShopPage, type Shop, toldBy, waitUntilTold, widgetConfig } from './harness/shop.ts';

const redirects = [
  ['PayPal', 'PAYPAL'],
  ['TWINT', 'TWINT'],
  ['iDEAL', 'IDEAL'],
  ['Bancontact', 'BANCONTACT'],
] as const;

let shop: Shop;

describe('the form, after something came in between', { skip }, () => {
  before(async () => {
    shop = await openShop({
      permittedPaymentChoices: {
        MEMBER_ACCOUNT: ['CREDIT_CARD', ...redirects.map(([, choice]) => choice)],
        ECOM: ['CREDIT_CARD'],
      },
    });
  });
  after(() => shop.stop());

  it('tells onSuccess again when the page was lost before it could use it', async () => {
    const first = await openPaymentForm(shop);
    await fillCard(first.form);
    await press(first.form, 'Save card');
    const { token } = await succeeded(first.page);
    const again = await reopenPaymentForm(shop, first);
    assert.equal((await succeeded(again.page)).token, token);
    await again.page.close();
  });

  it('goes on with a challenge that a reload interrupted', async () => {
    const first = await openPaymentForm(shop);
    await fillCard(first.form, { number: challenged });
    await press(first.form, 'Save card');
    await first.form.getByTitle('Page of your bank').waitFor();
    const { page, form } = await reopenPaymentForm(shop, first);
    await form
      .frameLocator('iframe[title="Page of your bank"]')
      .getByRole('button', { name: 'Complete authentication' })
      .click();
    await succeeded(page);
    await page.close();
  });

  for (const [name, choice] of redirects) {
    it(`sends the customer to the page of ${name} and knows, back from it, that they agreed`, async () => {
      const returnUrl = shop.site.put('/checkout', '');
      const { page, form, config } = await openPaymentForm(shop, { config: { returnUrl } });
      await pickMethod(form, name);
      await press(form, `Continue to ${name}`);
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.waitForURL(returnUrl);
      await page.close();
      const back = await openShopPage(shop);
      await initWidget(back, config);
      const { token } = await succeeded(back);
      const { body } = await replaceInstrument(shop.server, shop.tenant, token);
      assert.equal(body.paymentChoice, choice);
      const record = await getRecord(shop.server, shop.tenant, body.storedPaymentMethodId);
      assert.equal(record.body.type, choice === 'BANCONTACT' ? 'credit card' : 'electronic check');
      await back.close();
    });
  }

  it('says that nothing was saved to a customer who cancelled on the other page', async () => {
    const returnUrl = shop.site.put('/checkout', '');
    const { page, form, config } = await openPaymentForm(shop, { config: { returnUrl } });
    await pickMethod(form, 'PayPal');
    await press(form, 'Continue to PayPal');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(returnUrl);
    await page.close();
    const back = await openShopPage(shop);
    await initWidget(back, config);
    const again = back.frameLocator('iframe');
    await again.getByText('You cancelled, and nothing was saved.').waitFor();
    await fillCard(again);
    await press(again, 'Save card');
    await succeeded(back);
    await back.close();
  });

  it('lets a customer who came back undecided go there again, or cancel and take something else', async () => {
    const first = await openPaymentForm(shop);
    await pickMethod(first.form, 'PayPal');
    await press(first.form, 'Continue to PayPal');
    await first.page.getByRole('button', { name: 'Approve' }).waitFor();
    const { page, form } = await reopenPaymentForm(shop, first);
    await form.getByRole('button', { name: 'Go to the page' }).waitFor();
    await press(form, 'Cancel');
    await form.getByText('You cancelled, and nothing was saved.').waitFor();
    await pickMethod(form, 'Card');
    await fillCard(form);
    await press(form, 'Save card');
    await succeeded(page);
    await page.close();
  });

  it('sends an entry whose answer was lost again, as the same request', async () => {
    const { page, form } = await openPaymentForm(shop);
    const keys = new Set<string | undefined>();
    let isLost = true;
    await page.route('**/upg/api/v1/payments/*', async (route) => {
      keys.add(route.request().headers()['idempotency-key']);
      const response = await route.fetch();
      if (isLost) await route.abort();
      else await route.fulfill({ response });
    });
    await fillCard(form);
    await press(form, 'Save card');
    await form.getByRole('heading', { name: 'No connection' }).waitFor();
    isLost = false;
    await press(form, 'Try again');
    await succeeded(page);
    assert.equal(keys.size, 1);
    await page.close();
  });

  it('gives the details back to a customer who is offline and wants to change them', async () => {
    const { page, form } = await openPaymentForm(shop);
    await page.route('**/upg/api/v1/payments/*', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    );
    await fillCard(form);
    await press(form, 'Save card');
    await press(form, 'Change details');
    await form.getByText('You cancelled, and nothing was saved.').waitFor();
    assert.equal(await form.getByLabel('Name on card').inputValue(), 'Ada Test');
    await page.unrouteAll();
    await press(form, 'Save card');
    await succeeded(page);
    await page.close();
  });

  it('can be loaded again when it could not be reached', async () => {
    const { page, form } = await openPaymentForm(shop, {
      beforeInit: (opened) => opened.route('**/upg/api/v1/session', (route) => route.abort()),
    });
    await form.getByText('The form could not be loaded.').waitFor();
    await page.unrouteAll();
    await press(form, 'Try again');
    await form.getByLabel('Card number').waitFor();
    await page.close();
  });

  it('warns before a session ends, keeps it when asked to, and says so when it is over', async () => {
    const { page, form } = await openPaymentForm(shop, { beforeInit: (opened) => opened.clock.install() });
    await form.getByLabel('Card number').waitFor();
    await page.clock.fastForward('28:10');
    await form.getByText('this form closes in 2 minutes').waitFor();
    await press(form, 'Keep it open');
    await form.getByText('this form closes').waitFor({ state: 'detached' });
    await page.clock.fastForward('31:00');
    await form.getByRole('heading', { name: 'This form has closed' }).waitFor();
    const [error] = await waitUntilTold(page, 'error');
    assert.equal(error.code, 'errormessage.session.invalid');
    await page.close();
  });

  it('says that a session is over instead of showing a form that leads nowhere', async () => {
    const sessionToken = await shop.session();
    const page = await openShopPage(shop);
    await initWidget(page, widgetConfig(`${sessionToken.slice(0, -1)}${sessionToken.endsWith('a') ? 'b' : 'a'}`));
    await page.frameLocator('iframe').getByText('Reload the page to start again.').waitFor();
    const [error] = await waitUntilTold(page, 'error');
    assert.equal(error.message.includes('Reload the page'), true);
    await page.close();
  });

  it('speaks the page’s language, with the shop’s own words in their place, or shows the keys', async () => {
    const german = await openPaymentForm(shop, {
      config: { locale: 'de-CH', i18n: { 'upc.card.save': '<b>Merken</b>' } },
    });
    await german.form.getByLabel('Kartennummer').waitFor();
    await german.form.getByRole('button', { name: '<b>Merken</b>' }).waitFor();
    await german.page.close();
    const keys = await openPaymentForm(shop, { config: { devMode: true } });
    await keys.form.getByLabel('upc.card.number').waitFor();
    assert.equal((await toldBy(keys.page)).filter(({ name }) => name === 'error').length, 0);
    await keys.page.close();
  });
});
