import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { challenged, mastercard } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { fillCard, openPaymentForm, press, succeeded } from './harness/payment-form.ts';
import {
  initWidget,
  openShop,
  openShopPage,
  paymentFrames,
  type Shop,
  waitUntilTold,
  widgetConfig,
} from './harness/shop.ts';

let shop: Shop;

/** Calls `submitPayment()` and keeps what becomes of it in `window.outcomes`. */
const submit = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const host = window as any;
    host.outcomes ??= [];
    host.instances[0].submitPayment().then(
      () => host.outcomes.push('taken'),
      (error: Error) => host.outcomes.push(error.message),
    );
  });

async function outcomes(page: Page, count: number): Promise<string[]> {
  await page.waitForFunction((wanted) => (window as any).outcomes.length >= wanted, count);
  return page.evaluate(() => (window as any).outcomes);
}

/** What the frame's document says of its language. */
const languageOf = (page: Page): Promise<string[] | undefined> | undefined =>
  paymentFrames(page)[0]?.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

describe('an instance of the form', { skip }, () => {
  before(async () => {
    shop = await openShop({ permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD'], ECOM: ['CREDIT_CARD'] } });
  });
  after(() => shop.stop());

  it('answers the shop’s button when the bank has decided, once for each press', async () => {
    const { page, form } = await openPaymentForm(shop, { config: { hidePaymentButton: true } });
    await fillCard(form, { number: challenged });
    await submit(page);
    await submit(page);
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await bank.getByRole('button', { name: 'Complete authentication' }).waitFor();
    assert.deepEqual(await page.evaluate(() => (window as any).outcomes), []);
    await bank.getByRole('button', { name: 'Complete authentication' }).click();
    assert.deepEqual(await outcomes(page, 2), ['taken', 'taken']);
    await page.close();
  });

  it('tells the shop’s button that a challenge was cancelled', async () => {
    const { page, form } = await openPaymentForm(shop, { config: { hidePaymentButton: true } });
    await fillCard(form, { number: challenged });
    await submit(page);
    await press(form, 'Cancel');
    assert.match((await outcomes(page, 1))[0] ?? '', /not taken/);
    await page.close();
  });

  it('leaves no answer open when the page moves it, and goes on with the same session', async () => {
    const { page, form } = await openPaymentForm(shop, { config: { hidePaymentButton: true } });
    await fillCard(form, { number: challenged });
    await submit(page);
    await form.getByTitle('Page of your bank').waitFor();
    await page.evaluate(() => {
      const iframe = document.querySelector('iframe');
      if (iframe) document.getElementById('second')?.append(iframe);
    });
    assert.match((await outcomes(page, 1))[0] ?? '', /loaded again/);
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await bank.getByRole('button', { name: 'Complete authentication' }).click();
    await succeeded(page);
    await page.close();
  });

  it('stands in a page whose address is longer than can be handed on', async () => {
    const page = await openShopPage(shop);
    await page.evaluate((query) => history.replaceState(null, '', query), `?campaign=${'x'.repeat(3000)}`);
    assert.equal(await initWidget(page, widgetConfig(await shop.session())), null);
    await waitUntilTold(page, 'ready');
    await page.frameLocator('iframe').getByLabel('Card number').waitFor();
    await page.close();
  });

  it('waits for a container that is put into the page later', async () => {
    const page = await openShopPage(shop);
    await page.clock.install();
    const container = await page.evaluateHandle(() => document.createElement('div'));
    await page.evaluate(
      ([given, element]) => {
        const host = window as any;
        host.paymentWidget.init({ ...(given as object), container: element, ...host.callbacks() });
      },
      [widgetConfig(await shop.session()), container] as const,
    );
    await page.clock.fastForward('02:00');
    await container.evaluate((element) => document.body.append(element));
    await waitUntilTold(page, 'ready');
    await page.close();
  });

  it('is English from left to right for a language it does not speak, unless the shop brings its texts', async () => {
    const english = await openPaymentForm(shop, { config: { locale: 'ar' } });
    assert.deepEqual(await languageOf(english.page), ['en', 'ltr']);
    await english.page.close();
    const i18n = { 'upc.card.number': 'رقم البطاقة' };
    const arabic = await openPaymentForm(shop, { config: { locale: 'ar_EG', i18n } });
    assert.deepEqual(await languageOf(arabic.page), ['ar-EG', 'rtl']);
    await arabic.form.getByLabel('رقم البطاقة').waitFor();
    await arabic.page.close();
  });

  it('shows the whole card number beside its network at a width of 320 pixels', async () => {
    const { page, form } = await openPaymentForm(shop, {
      beforeInit: (opened) => opened.setViewportSize({ width: 320, height: 800 }),
    });
    const number = form.getByLabel('Card number');
    await number.fill(mastercard);
    await form.getByText('Mastercard').waitFor();
    const hidden = await number.evaluate((input) => input.scrollWidth - input.clientWidth);
    assert.equal(hidden, 0);
    await page.close();
  });
});
