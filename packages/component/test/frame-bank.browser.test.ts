import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import { readInstrument } from '../../server/test/harness/gateway.ts';
import { replaceInstrument } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { openPaymentForm, pickMethod, press, succeeded } from './harness/payment-form.ts';
import { openShop, type Shop, toldBy } from './harness/shop.ts';

const germanIban = 'DE89370400440532013000';
const swissIban = 'CH9300762011623852957';

let shop: Shop;

/** Puts the instrument that the form gave on the account, and answers what the account bills then. */
async function replaceWith(page: Page) {
  const { token } = await succeeded(page);
  const answer = await replaceInstrument(shop.server, shop.tenant, token);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return (await readInstrument(shop.server, shop.tenant)).body;
}

async function fillIban(form: FrameLocator, iban: string): Promise<void> {
  await form.getByLabel('Account holder').fill('Ada Test');
  await form.getByLabel('IBAN').fill(iban);
  await form.getByLabel('I agree to payments').check();
}

describe('the forms for bank accounts', { skip }, () => {
  before(async () => {
    shop = await openShop({
      country: 'CH',
      currency: 'CHF',
      permittedPaymentChoices: {
        MEMBER_ACCOUNT: ['SEPA', 'CH_DD', 'LSV', 'BACS', 'ACH', 'IDEAL', 'CASH', 'BANK_TRANSFER'],
        ECOM: ['CREDIT_CARD'],
      },
    });
  });
  after(() => shop.stop());

  it('take a SEPA account after its mandate was read, agreed to and looked over', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillIban(form, germanIban);
    assert.equal(await form.getByLabel('IBAN').inputValue(), 'DE89 3704 0044 0532 0130 00');
    await form.getByRole('region', { name: 'Mandate' }).getByText('SEPA Core Direct Debit').waitFor();
    await press(form, 'Continue');
    await form.getByRole('heading', { name: 'Check your details' }).waitFor();
    assert.equal((await toldBy(page)).filter(({ name }) => name === 'success').length, 0);
    await press(form, 'Change details');
    assert.equal(await form.getByLabel('Account holder').inputValue(), 'Ada Test');
    await press(form, 'Continue');
    await form.getByText('DE89 3704 0044 0532 0130 00').waitFor();
    await press(form, 'Confirm and save');
    const { paymentChoice, details, mandate } = await replaceWith(page);
    assert.equal(paymentChoice, 'SEPA');
    assert.match(details.sepa.bankAccountDetails.iban, /^DE89.*3000$/);
    assert.equal(mandate.signed, false);
    await page.close();
  });

  for (const [name, choice] of [
    ['Swiss direct debit (CH-DD)', 'CH_DD'],
    ['Swiss direct debit (LSV+)', 'LSV'],
  ] as const) {
    it(`take a Swiss account for ${choice}, and no other country's`, async () => {
      const { page, form } = await openPaymentForm(shop);
      await pickMethod(form, name);
      await fillIban(form, germanIban);
      await press(form, 'Continue');
      await form.getByText('Enter the IBAN of an account in Switzerland or Liechtenstein.').waitFor();
      await form.getByLabel('IBAN').fill(swissIban);
      await press(form, 'Continue');
      await press(form, 'Confirm and save');
      assert.equal((await replaceWith(page)).paymentChoice, choice);
      await page.close();
    });
  }

  it('take a drawn signature where the shop asks for one', async () => {
    const { page, form } = await openPaymentForm(shop, { session: { requireDirectDebitSignature: true } });
    await fillIban(form, germanIban);
    await press(form, 'Continue');
    await form.getByText('Sign here to go on.').waitFor();
    const box = await form.locator('canvas').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 20, box.y + box.height - 20);
    await page.mouse.down();
    for (let step = 1; step <= 20; step += 1) {
      await page.mouse.move(box.x + 20 + step * 14, box.y + box.height / 2 + Math.sin(step) * 40);
    }
    await page.mouse.up();
    const submitted = page.waitForRequest((request) => request.url().includes('/payments/'));
    await press(form, 'Continue');
    await form.getByText('Signed').waitFor();
    await press(form, 'Confirm and save');
    const { signature } = (await submitted).postDataJSON().sepa;
    assert.match(signature, /^data:image\/png;base64,/);
    assert.ok(signature.length < 60_000, String(signature.length));
    assert.equal((await replaceWith(page)).mandate.signed, true);
    await page.close();
  });

  it('take a typed name as the signature from whoever cannot draw', async () => {
    const { page, form } = await openPaymentForm(shop, { session: { requireDirectDebitSignature: true } });
    await fillIban(form, germanIban);
    await press(form, 'Type your name instead');
    await form.getByLabel('Your full name, as your signature').fill('Ada Test');
    await press(form, 'Continue');
    await press(form, 'Confirm and save');
    assert.equal((await replaceWith(page)).mandate.signed, true);
    await page.close();
  });

  it('take a UK account, whose number has to go with its sort code', async () => {
    const { page, form } = await openPaymentForm(shop, { config: { customerData: { email: 'ada@example.com' } } });
    await pickMethod(form, 'Direct Debit (UK)');
    await form.getByLabel('Account holder').fill('Ada Test');
    await form.getByLabel('Sort code').fill('200000');
    assert.equal(await form.getByLabel('Sort code').inputValue(), '20-00-00');
    await form.getByLabel('Account number').fill('55779911');
    assert.equal(await form.getByLabel('Email address').inputValue(), 'ada@example.com');
    await form.getByLabel('I agree to payments').check();
    await press(form, 'Continue');
    await press(form, 'Confirm and save');
    const { paymentChoice, details } = await replaceWith(page);
    assert.equal(paymentChoice, 'BACS');
    assert.equal(details.bacs.bankAccountNumber, '****9911');
    await page.close();
  });

  it('take a US account of the type that the customer names', async () => {
    const { page, form } = await openPaymentForm(shop);
    await pickMethod(form, 'US bank account');
    await form.getByLabel('Account holder').fill('Ada Test');
    await form.getByLabel('Routing number').fill('110000000');
    await form.getByLabel('Account number').fill('000123456789');
    await form.getByLabel('I agree to payments').check();
    await press(form, 'Continue');
    await form.getByText('Choose the type of the account.').waitFor();
    await form.getByRole('radio', { name: 'Savings' }).check();
    await press(form, 'Continue');
    await press(form, 'Confirm and save');
    const { paymentChoice, details } = await replaceWith(page);
    assert.equal(paymentChoice, 'ACH');
    assert.equal(details.ach.accountType, 'savings');
    await page.close();
  });

  it('tell the shop’s button to wait until the mandate is agreed to', async () => {
    const { page, form } = await openPaymentForm(shop);
    const canSubmit = (): Promise<boolean> =>
      page.evaluate(() => (window as any).instances[0].getPaymentState().canSubmit);
    assert.equal(await canSubmit(), false);
    await form.getByLabel('I agree to payments').check();
    await page.waitForFunction(() => (window as any).instances[0].getPaymentState().canSubmit);
    await form.getByLabel('I agree to payments').uncheck();
    await page.waitForFunction(() => !(window as any).instances[0].getPaymentState().canSubmit);
    await page.close();
  });

  it('show the mandate that is kept of an iDEAL payment before the customer goes to the bank', async () => {
    const { page, form } = await openPaymentForm(shop);
    await pickMethod(form, 'iDEAL');
    await form.getByRole('region', { name: 'Mandate' }).getByText('SEPA Core Direct Debit').waitFor();
    await page.close();
  });

  it('let a customer choose to bring or to send the money', async () => {
    for (const [name, choice] of [
      ['Cash', 'CASH'],
      ['Bank transfer', 'BANK_TRANSFER'],
    ] as const) {
      const { page, form } = await openPaymentForm(shop);
      await pickMethod(form, name);
      await press(form, `Use ${name}`);
      assert.equal((await replaceWith(page)).paymentChoice, choice);
      await page.close();
    }
  });
});
