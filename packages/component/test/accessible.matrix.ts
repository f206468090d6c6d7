import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { useCard } from '../../server/test/harness/gateway.ts';
import { visa } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { everyChoice, tourForms } from './harness/form-tour.ts';
import { openPaymentForm } from './harness/payment-form.ts';
import { openShop, type Shop } from './harness/shop.ts';

const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { colorScheme: 'dark', forcedColors: 'active' },
} as const;

let shop: Shop;

async function violationsIn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include(['iframe'])
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // What the page around it is to have, and a frame has none of.
    .disableRules(['page-has-heading-one', 'region', 'landmark-one-main'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('axe finds nothing in any form or step', { skip, concurrency: 2 }, () => {
  before(async () => {
    shop = await openShop(everyChoice);
    await useCard(shop.server, shop.tenant, visa);
  });
  after(() => shop.stop());

  for (const [name, media] of Object.entries(looks)) {
    it(`in ${name}`, async () => {
      const found: string[] = [];
      const opened = await openPaymentForm(shop, {
        session: { requireDirectDebitSignature: true },
        config: { styling: { colorScheme: 'auto' } },
        beforeInit: async (page) => {
          await page.addStyleTag({ content: ':root { color-scheme: light dark }' });
          await page.emulateMedia(media);
        },
      });
      const { page } = opened;
      await tourForms(shop, opened, async (state) => {
        for (const violation of await violationsIn(page)) found.push(`${state}: ${violation}`);
      });
      assert.deepEqual(found, []);
      await page.close();
    });
  }
});
