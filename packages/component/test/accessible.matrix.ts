import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { useCard } from '../../server/test/harness/gateway.ts';
import { visa } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { everyChoice, tourForms } from './harness/form-tour.ts';
import { openPaymentForm } from './harness/payment-form.ts';
import { openShop, type Shop } from './harness/shop.ts';

/** What the page around it is to have, and a frame has none of. */
const ofThePage = ['page-has-heading-one', 'region', 'landmark-one-main'];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let shop: Shop;

/** Goes through every state of the form, and answers what `axe` finds in it. */
async function violationsIn(media: object, axe: (builder: AxeBuilder) => AxeBuilder): Promise<string[]> {
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
    // A bank's page in its sandbox runs no script, and so no axe.
    const builder = new AxeBuilder({ page }).include(['iframe']).exclude(['iframe', '.challenge-frame']);
    const { violations } = await axe(builder.setLegacyMode()).analyze();
    found.push(...violations.map(({ id, nodes }) => `${state}, ${id}: ${nodes.map(({ html }) => html).join(' ')}`));
  });
  await page.close();
  return found;
}

describe('axe finds nothing in any form or step', { skip, concurrency: 2 }, () => {
  before(async () => {
    shop = await openShop(everyChoice);
    await useCard(shop.server, shop.tenant, visa);
  });
  after(() => shop.stop());

  it('in light', async () => {
    const all = (builder: AxeBuilder): AxeBuilder => builder.withTags(tags).disableRules(ofThePage);
    assert.deepEqual(await violationsIn({ colorScheme: 'light' }, all), []);
  });

  // What has nothing to do with colours is as it was in light.
  const ofColours = (builder: AxeBuilder): AxeBuilder => builder.withRules(['color-contrast', 'link-in-text-block']);

  it('in dark', async () => assert.deepEqual(await violationsIn({ colorScheme: 'dark' }, ofColours), []));

  it('in forced colours', async () =>
    assert.deepEqual(await violationsIn({ colorScheme: 'dark', forcedColors: 'active' }, ofColours), []));
});
