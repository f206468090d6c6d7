import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { skip } from './harness/browser.ts';
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

/** Sums up what browsers call the cumulative layout shift, of all that the document has noted or of what is to come. */
const watchShifts = (seen: Page | Frame, buffered: boolean): Promise<void> =>
  seen.evaluate((fromStart) => {
    const host = window as any;
    host.shift = 0;
    host.add = (entries: any[]) => entries.forEach(({ value }) => (host.shift += value));
    host.observer = new PerformanceObserver((list) => host.add(list.getEntries()));
    host.observer.observe({ type: 'layout-shift', buffered: fromStart });
  }, buffered);

/** After the next frames were painted, with which the last shifts are noted. */
const shiftOf = (seen: Page | Frame): Promise<number> =>
  seen.evaluate(async () => {
    const host = window as any;
    for (let frame = 0; frame < 4; frame += 1) await new Promise((painted) => requestAnimationFrame(painted));
    host.add(host.observer.takeRecords());
    return host.shift;
  });

describe('a page does not move while the card form loads', { skip }, () => {
  before(async () => {
    shop = await openShop({ permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD'], ECOM: null } });
  });
  after(() => shop.stop());

  for (const width of [320, 420, 600, 1000]) {
    it(`at a width of ${width} pixels`, async () => {
      const page = await openShopPage(shop);
      await page.setViewportSize({ width, height: 800 });
      await page.locator('#second').evaluate((second) => second.insertAdjacentHTML('afterend', '<p>Terms</p>'));
      await initWidget(page, widgetConfig(await shop.session()));
      const placeBefore = await page.getByText('Terms').boundingBox();
      await watchShifts(page, false);
      await waitUntilTold(page, 'ready');
      const [frame] = paymentFrames(page);
      assert.ok(frame);
      await watchShifts(frame, true);
      assert.equal(await shiftOf(frame), 0);
      assert.equal(await shiftOf(page), 0);
      assert.deepEqual(await page.getByText('Terms').boundingBox(), placeBefore);
      await page.close();
    });
  }
});
