import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { buildComponent } from '../../../scripts/build-component.ts';
import { newInstallation } from '../../server/test/harness/installation.ts';
import { challenged, declined, mastercard, visa } from '../../server/test/harness/main-job.ts';
import { launchBrowser, skip } from './harness/browser.ts';

const formOf = (page: Page) => page.frameLocator('iframe[title]');

async function enterCard(page: Page, number: string): Promise<void> {
  const form = formOf(page);
  await form.getByLabel('Card number', { exact: true }).pressSequentially(number);
  await form.getByLabel('Expiry date', { exact: true }).pressSequentially('12/34');
  await form.getByLabel('Security code', { exact: true }).pressSequentially('123');
  await form.getByLabel('Name on card', { exact: true }).pressSequentially('Dana Demo');
  await form.getByRole('button', { name: 'Save card', exact: true }).click();
}

const untilSaved = (page: Page, what: string): Promise<void> => page.getByText(`Saved: ${what}`).waitFor();

const replaceAgain = (page: Page): Promise<void> => page.getByRole('button', { name: 'Replace it again' }).click();

test('a visitor of the demo shop runs the whole main job in a browser', { skip }, async (t) => {
  await buildComponent();
  const server = await (await newInstallation(t)).serve();
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));

  await t.test('the form stands there at once, and the page says that nothing is on file', async () => {
    assert.match(server.output(), new RegExp(`^ +demo +${server.url}/demo `, 'm'));
    await page.goto(`${server.url}/demo`);
    await formOf(page).getByRole('button', { name: 'Save card' }).waitFor();
    await page.getByText('Nothing is on file yet').waitFor();
  });

  await t.test('a card that is entered becomes the record, at version 1', async () => {
    await enterCard(page, visa);
    await untilSaved(page, 'Visa ending in 4242, valid through 12/2034, version 1 of the record.');
    const record = JSON.parse(await page.getByRole('region', { name: 'Record as JSON' }).innerText());
    assert.equal(record.last_four_digits, '4242');
    assert.equal(record.sys_version, 1);
  });

  await t.test('another card replaces it in place, at version 2', async () => {
    const [before] = await page.getByText('GET /storedPaymentMethods/demo/').allInnerTexts();
    await replaceAgain(page);
    await enterCard(page, mastercard);
    await untilSaved(page, 'Mastercard ending in 4444, valid through 12/2034, version 2 of the record.');
    assert.deepEqual((await page.getByText('GET /storedPaymentMethods/demo/').allInnerTexts())[0], before);
  });

  await t.test('after a decline another card can be entered in the same form', async () => {
    await replaceAgain(page);
    await enterCard(page, declined);
    await formOf(page).getByText('Your bank did not accept this.').waitFor();
    await formOf(page).getByLabel('Card number', { exact: true }).fill(visa);
    await formOf(page).getByLabel('Security code', { exact: true }).fill('123');
    await formOf(page).getByRole('button', { name: 'Save card' }).click();
    await untilSaved(page, 'Visa ending in 4242, valid through 12/2034, version 3 of the record.');
  });

  await t.test('a challenge is answered in the page', async () => {
    await replaceAgain(page);
    await enterCard(page, challenged);
    await formOf(page).frameLocator('iframe').getByRole('button', { name: 'Complete authentication' }).click();
    await untilSaved(page, 'Visa ending in 3184, valid through 12/2034, version 4 of the record.');
  });

  await t.test('the requests are listed without a number, a code or a token', async () => {
    const list = page.getByRole('list', { name: 'Requests, the latest first' });
    await list.getByText('PUT /upg/api/v1/payments/{token}/authenticate').first().waitFor();
    const text = await list.innerText();
    for (const call of ['POST /v1/payments/user-session', 'POST /v1/customers/', 'GET /storedPaymentMethods/demo/']) {
      assert.ok(text.includes(call), text);
    }
    assert.doesNotMatch(text, /\d{13,}|ups_|prt_/);
  });

  await t.test('a redirect goes to the other party and comes back to the saved instrument', async () => {
    await page.getByLabel('Payment methods').selectOption('PAYPAL');
    await formOf(page).getByRole('button', { name: 'Continue to PayPal' }).click();
    await page.waitForURL(/\/simulator\//);
    await page.getByRole('button').first().click();
    await untilSaved(page, 'PayPal, version 1 of the record.');
    assert.deepEqual(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]), [
      0,
      0,
      '',
    ]);
  });

  await t.test('each language and each method shows its form', async () => {
    for (const name of ['Language', 'Payment methods']) {
      const select = page.getByLabel(name);
      for (const option of await select.locator('option').all()) {
        await select.selectOption(await option.getAttribute('value'));
        await formOf(page).locator('form').first().waitFor();
      }
      await select.selectOption({ index: name === 'Language' ? 4 : 0 });
    }
  });

  await t.test('a click on a test number copies it', async () => {
    await page.getByRole('button', { name: 'Copy 4242 4242 4242 4242' }).first().click();
    await page.getByText('Copied 4242424242424242.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), visa);
  });

  await t.test('the page is accessible in light and dark, and fits 320 pixels', async () => {
    await page.setViewportSize({ width: 320, height: 700 });
    await page.getByText('published numbers').click();
    // Enough rows to see how they stand; each costs axe time.
    await page.getByLabel('Search').fill('3-D Secure then Stripe');
    for (const appearance of ['light', 'dark']) {
      await page.getByLabel('Appearance').selectOption(appearance);
      await formOf(page).getByRole('button', { name: 'Save card' }).waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
      );
      assert.deepEqual(found, [], appearance);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    }
  });

  await t.test('nothing of it is in the console, from elsewhere, or an address', () => {
    assert.deepEqual(complaints, []);
    const outside = asked.filter((url) => new URL(url).origin !== server.url && !url.startsWith('data:'));
    assert.deepEqual(outside, []);
    assert.deepEqual(
      asked.filter((url) => /ups_|\d{13,}/.test(url)),
      [],
    );
  });
});
