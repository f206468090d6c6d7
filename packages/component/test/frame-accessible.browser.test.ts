import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { FrameLocator, Page } from 'playwright-core';
import { challenged, declined } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { fillCard, openPaymentForm, pickMethod, press, succeeded } from './harness/payment-form.ts';
import { openShop, paymentFrames, type Shop } from './harness/shop.ts';

let shop: Shop;

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What the page around a frame is to have. */
const pageRules = ['page-has-heading-one', 'region', 'landmark-one-main'];

/** WCAG 2.2 A and AA, contrast in the dark too, and nothing that is cut off at a width of 320 pixels. */
async function assertAccessible(page: Page, state: string): Promise<void> {
  // The bank's page is not the form's, and takes no scripts, axe's included.
  const form = () => new AxeBuilder({ page }).include(['iframe']).exclude(['iframe', '.challenge-frame']);
  await page.emulateMedia({ colorScheme: 'light' });
  const { violations } = await form().withTags(standards).disableRules(pageRules).analyze();
  await page.emulateMedia({ colorScheme: 'dark' });
  const inTheDark = await form().withRules(['color-contrast']).analyze();
  const found = [...violations, ...inTheDark.violations];
  assert.deepEqual(
    found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    [],
    state,
  );
  const widths = await paymentFrames(page)[0]?.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(widths && widths.scrollWidth <= widths.clientWidth, `${state}: ${JSON.stringify(widths)}`);
}

const narrow = (page: Page): Promise<void> => page.setViewportSize({ width: 320, height: 800 });

async function fillIban(form: FrameLocator): Promise<void> {
  await form.getByLabel('Account holder').fill('Ada Test');
  await form.getByLabel('IBAN').fill('DE89370400440532013000');
  await form.getByLabel('I agree to payments').check();
}

describe('the form is accessible', { skip }, () => {
  before(async () => {
    shop = await openShop({
      permittedPaymentChoices: {
        MEMBER_ACCOUNT: ['CREDIT_CARD', 'SEPA', 'BACS', 'ACH', 'PAYPAL', 'CASH'],
        ECOM: ['CREDIT_CARD'],
      },
    });
  });
  after(() => shop.stop());

  it('in every method’s form', async () => {
    const { page, form } = await openPaymentForm(shop, {
      session: { requireDirectDebitSignature: true },
      beforeInit: narrow,
    });
    await assertAccessible(page, 'card');
    for (const [name, button] of [
      ['SEPA direct debit', 'Continue'],
      ['Direct Debit (UK)', 'Continue'],
      ['US bank account', 'Continue'],
      ['PayPal', 'Continue to PayPal'],
      ['Cash', 'Use Cash'],
    ] as const) {
      await pickMethod(form, name);
      await form.getByRole('button', { name: button }).waitFor();
      if (name === 'SEPA direct debit') await form.locator('canvas').waitFor();
      await assertAccessible(page, name);
    }
    await page.close();
  });

  it('while it says what is wrong', async () => {
    const { page, form } = await openPaymentForm(shop, { beforeInit: narrow });
    await press(form, 'Save card');
    await form.getByText('Enter the card number.').waitFor();
    await assertAccessible(page, 'faults');
    await fillCard(form, { number: declined });
    await press(form, 'Save card');
    await form.getByText('Your bank did not accept this').waitFor();
    await assertAccessible(page, 'declined');
    await page.close();
  });

  it('in each step after the form', async () => {
    const { page, form } = await openPaymentForm(shop, { beforeInit: narrow });
    await pickMethod(form, 'SEPA direct debit');
    await fillIban(form);
    await press(form, 'Continue');
    await form.getByRole('heading', { name: 'Check your details' }).waitFor();
    await assertAccessible(page, 'review');
    await press(form, 'Change details');
    await pickMethod(form, 'Card');
    await page.route('**/upg/**', (route) => route.abort());
    await fillCard(form, { number: challenged });
    await press(form, 'Save card');
    await form.getByRole('heading', { name: 'No connection' }).waitFor();
    await assertAccessible(page, 'offline');
    await page.unrouteAll();
    await press(form, 'Try again');
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await bank.getByRole('button', { name: 'Complete authentication' }).waitFor();
    await assertAccessible(page, 'challenge');
    await bank.getByRole('button', { name: 'Complete authentication' }).click();
    await form.getByRole('heading', { name: 'Thank you' }).waitFor();
    await assertAccessible(page, 'succeeded');
    await page.close();
  });

  it('by keyboard alone, from the first key to the saved card', async () => {
    const { page, form } = await openPaymentForm(shop);
    await page.keyboard.press('Tab');
    assert.equal(await form.getByRole('radio', { name: 'Card', exact: true }).evaluate(isFocused), true);
    for (const text of ['4242424242424242', '1234', '123', 'Ada Test']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await succeeded(page);
    assert.equal(await form.getByRole('heading', { name: 'Thank you' }).evaluate(isFocused), true);
    await page.close();
  });

  it('by keyboard alone, through a mandate with a signature', async () => {
    const { page, form } = await openPaymentForm(shop, { session: { requireDirectDebitSignature: true } });
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await form.locator('canvas').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('Ada Test');
    await page.keyboard.press('Tab');
    await page.keyboard.type('DE89370400440532013000');
    await page.keyboard.press('Tab');
    assert.equal(await form.getByRole('region', { name: 'Mandate' }).evaluate(isFocused), true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await form.getByLabel('Your full name, as your signature').focus();
    await page.keyboard.type('Ada Test');
    await page.keyboard.press('Enter');
    await form.getByRole('heading', { name: 'Check your details' }).waitFor();
    for (let key = 0; key < 2; key += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await succeeded(page);
    await page.close();
  });
});

const isFocused = (element: Element): boolean => element === document.activeElement;
