import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { useCard } from '../../server/test/harness/gateway.ts';
import { visa } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { everyChoice, reportedByBrowser, tourForms } from './harness/form-tour.ts';
import { openPaymentForm } from './harness/payment-form.ts';
import { openShop, paymentFrames, type Shop } from './harness/shop.ts';
import { textFaults } from './harness/text-faults.ts';

const languages = globSync('??.json', { cwd: join(import.meta.dirname, '../src/frame/texts') })
  .map((file) => file.slice(0, 2))
  .toSorted();
const widths = [320, 600];

let shop: Shop;

/** Goes through every state of the form, and answers what is wrong with it; `isTurned` has it from right to left. */
async function faultsIn(locale: string, isTurned = false): Promise<string[]> {
  const faults: string[] = [];
  let reported: string[] = [];
  const opened = await openPaymentForm(shop, {
    session: { requireDirectDebitSignature: true },
    config: { locale },
    beforeInit: async (page) => {
      page.on('console', (message) => reported.push(message.text()));
      page.on('pageerror', (error) => reported.push(String(error)));
    },
  });
  const { page } = opened;
  await tourForms(shop, opened, async (state) => {
    const [frame] = paymentFrames(page);
    assert.ok(frame);
    const shown = await frame.evaluate(() => `${document.documentElement.lang}, ${document.documentElement.dir}`);
    if (!isTurned && shown !== `${locale}, ltr`) faults.push(`${state}: it is told to be ${shown}`);
    if (isTurned) await frame.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const fault of await textFaults(frame)) faults.push(`${state}, ${width} px: ${fault}`);
    }
    if (!reportedByBrowser.has(state)) faults.push(...reported.map((text) => `${state}: the console says “${text}”`));
    reported = [];
  });
  await page.close();
  return faults;
}

describe('every form and step, at 320 and 600 pixels, with nothing cut off and nothing in the console', {
  skip,
}, () => {
  before(async () => {
    shop = await openShop(everyChoice);
    await useCard(shop.server, shop.tenant, visa);
  });
  after(() => shop.stop());

  it('is there in 15 languages', () => assert.equal(languages.length, 15));

  for (const language of languages) {
    it(`in ${language}`, async () => assert.deepEqual(await faultsIn(language), []));
  }

  // None of the 15 is written so; the form must not be in the way of one that is.
  it('turned from right to left', async () => assert.deepEqual(await faultsIn('en', true), []));
});
