import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readInstrument, withNewCustomer } from '../../server/test/harness/gateway.ts';
import { amex, challenged, declined, mastercard, replaceInstrument } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { fillCard, openPaymentForm, press, succeeded } from './harness/payment-form.ts';
import { openShop, type Shop, toldBy } from './harness/shop.ts';

let shop: Shop;

describe('the card form', { skip }, () => {
  before(async () => {
    shop = await openShop({
      permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD'], ECOM: ['CREDIT_CARD'] },
    });
  });
  after(() => shop.stop());

  it('takes a card, and what onSuccess gives replaces the instrument on the account', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form);
    await press(form, 'Save card');
    const { token, details } = await succeeded(page);
    assert.deepEqual(details.creditCard, {
      brand: 'visa',
      cardHolder: 'Ada Test',
      cardNumber: '************4242',
      expiry: '12/2034',
    });
    await form.getByText('Visa ending in 4242').waitFor();
    assert.equal((await replaceInstrument(shop.server, shop.tenant, token)).status, 200);
    const { body } = await readInstrument(shop.server, shop.tenant);
    assert.equal(body.details.creditCard.cardNumber, '************4242');
    await page.close();
  });

  it('groups the number while it is typed, wherever the caret is, and knows the network', async () => {
    const { page, form } = await openPaymentForm(shop);
    const number = form.getByLabel('Card number');
    await number.pressSequentially('555555555555444');
    assert.equal(await number.inputValue(), '5555 5555 5555 444');
    await form.getByText('Mastercard').waitFor();
    // Three digits are put in after the second one, across the end of the first group.
    await number.evaluate((input: any) => input.setSelectionRange(2, 2));
    await number.pressSequentially('123');
    assert.equal(await number.inputValue(), '5512 3555 5555 5554');
    assert.equal(await number.evaluate((input: any) => input.selectionStart), 6);
    await number.press('Backspace');
    await number.press('Backspace');
    await number.press('Backspace');
    assert.equal(await number.evaluate((input: any) => input.value.slice(0, input.selectionStart)), '55');
    await number.fill(' 3782-822463 10005');
    assert.equal(await number.inputValue(), '3782 822463 10005');
    await form.getByText('4 digits, on the front').waitFor();
    await page.close();
  });

  it('understands an expiry in any form that people type', async () => {
    const { page, form } = await openPaymentForm(shop);
    const expiry = form.getByLabel('Expiry date');
    for (const typed of ['12/34', '1234', '12 / 2034', '2034-12', '12.34', '122034']) {
      await expiry.fill('');
      await expiry.pressSequentially(typed);
      await expiry.blur();
      assert.equal(await expiry.inputValue(), '12 / 34', typed);
    }
    await page.close();
  });

  it('takes the four digits of an American Express code', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form, { number: amex, code: '1234' });
    await press(form, 'Save card');
    assert.equal((await succeeded(page)).details.creditCard.brand, 'american express');
    await page.close();
  });

  it('says what is wrong with each field, in it, and leads to the first', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form, { number: '4242 4242 4242 4241', expiry: '12/20', code: '12', name: ' ' });
    await press(form, 'Save card');
    const number = form.getByLabel('Card number');
    for (const [label, text] of [
      ['Card number', 'This card number is not right. Check the digits.'],
      ['Expiry date', 'This card has expired. Use one that is still valid.'],
      ['Security code', 'The code of this card has 3 digits.'],
      ['Name on card', 'Enter the name that is printed on the card.'],
    ] as const) {
      const field = form.getByLabel(label);
      assert.equal(await field.getAttribute('aria-invalid'), 'true', label);
      const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
      const described = await Promise.all(ids.map((id) => form.locator(`#${id}`).innerText()));
      assert.ok(described.includes(text), `${label}: ${described.join(' ')}`);
    }
    assert.ok(await number.evaluate((input) => input === document.activeElement));
    await number.fill('4242 4242 4242 4242');
    assert.equal(await number.getAttribute('aria-invalid'), null);
    await page.close();
  });

  it('shows what the server found wrong at the field that it names, and takes the corrected entry', async () => {
    const { page, form } = await openPaymentForm(shop);
    // A well-formed number that no gateway has published for tests.
    await fillCard(form, { number: '4539 5787 6362 1486' });
    await press(form, 'Save card');
    await form.locator('#field-cardNumber-error').getByText('published test card numbers').waitFor();
    assert.ok(await form.getByLabel('Card number').evaluate((input) => input === document.activeElement));
    await fillCard(form, { number: mastercard });
    await press(form, 'Save card');
    assert.equal((await succeeded(page)).details.creditCard.brand, 'mastercard');
    await page.close();
  });

  it('lets a customer whose bank said no try another card', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form, { number: declined });
    await press(form, 'Save card');
    await form.getByRole('alert').getByText('Your bank did not accept this').waitFor();
    assert.equal(await form.getByLabel('Name on card').inputValue(), 'Ada Test');
    assert.equal(await form.getByLabel('Security code').inputValue(), '');
    await fillCard(form);
    await press(form, 'Save card');
    await succeeded(page);
    await page.close();
  });

  it('submits once however often the button is pressed', async () => {
    const { page, form } = await openPaymentForm(shop);
    const submissions: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') submissions.push(new URL(request.url()).pathname);
    });
    await fillCard(form);
    await form.getByRole('button', { name: 'Save card' }).evaluate((button: any) => {
      for (let click = 0; click < 5; click += 1) button.click();
    });
    await succeeded(page);
    assert.equal(submissions.length, 2, submissions.join(' '));
    assert.equal((await toldBy(page)).filter(({ name }) => name === 'success').length, 1);
    await page.close();
  });

  it('tells the shop’s own button when it can be pressed, and does what it says', async () => {
    const { page, form } = await openPaymentForm(shop, { config: { hidePaymentButton: true } });
    assert.equal(await form.getByRole('button', { name: 'Save card' }).count(), 0);
    const submit = (): Promise<string> =>
      page.evaluate(() =>
        (window as any).instances[0].submitPayment().then(
          () => 'taken',
          () => 'refused',
        ),
      );
    assert.equal(await submit(), 'refused');
    await form.getByText('Enter the card number.').waitFor();
    await fillCard(form);
    assert.equal(await submit(), 'taken');
    await succeeded(page);
    await page.close();
  });

  it('shows the bank’s page in the form, and goes on when the customer has confirmed there', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form, { number: challenged });
    await press(form, 'Save card');
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await bank.getByRole('button', { name: 'Complete authentication' }).click();
    await succeeded(page);
    await page.close();
  });

  it('opens again after a challenge that failed, and after one that was cancelled', async () => {
    const { page, form } = await openPaymentForm(shop);
    await fillCard(form, { number: challenged });
    await press(form, 'Save card');
    const bank = form.frameLocator('iframe[title="Page of your bank"]');
    await bank.getByRole('button', { name: 'Fail authentication' }).click();
    await form.getByText('Your bank did not accept this').waitFor();
    await form.getByLabel('Security code').fill('123');
    await press(form, 'Save card');
    await press(form, 'Cancel');
    await form.getByText('You cancelled, and nothing was saved.').waitFor();
    await fillCard(form);
    await press(form, 'Save card');
    await succeeded(page);
    await page.close();
  });

  it('offers the cards on file, which need no number', async () => {
    const ada = { ...shop, tenant: await withNewCustomer(shop.server, shop.tenant) };
    const first = await openPaymentForm(shop, { session: { customerId: ada.tenant.customerId } });
    await fillCard(first.form);
    await press(first.form, 'Save card');
    await replaceInstrument(shop.server, ada.tenant, (await succeeded(first.page)).token);
    const { page, form } = await openPaymentForm(shop, { session: { customerId: ada.tenant.customerId } });
    assert.equal(await form.getByRole('radio', { name: 'Card', exact: true }).isChecked(), true);
    await form.getByRole('radio', { name: 'Visa ending in 4242' }).check();
    await press(form, 'Use this payment method');
    const { token } = await succeeded(page);
    assert.equal((await replaceInstrument(shop.server, ada.tenant, token)).status, 200);
    await first.page.close();
    await page.close();
  });
});
