import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { useCard } from '../../server/test/harness/gateway.ts';
import { visa } from '../../server/test/harness/main-job.ts';
import { everyChoice, tourForms } from './harness/form-tour.ts';
import { openPaymentForm } from './harness/payment-form.ts';
import { openShop, type Shop } from './harness/shop.ts';

/** English, German, and the language whose words are the longest. */
const languages = ['en', 'de', 'nl'];
const looks = [
  { name: 'light', width: 600, colorScheme: 'light' },
  { name: 'dark', width: 600, colorScheme: 'dark' },
  { name: '320', width: 320, colorScheme: 'light' },
] as const;

/** The ground that the page around the form has in light and in dark. */
const ground = ':root { color-scheme: light dark; background: light-dark(#fff, #0b0f17) } body { margin: 16px }';

async function picture(shop: Shop, locale: string, directory: string): Promise<void> {
  const opened = await openPaymentForm(shop, {
    session: { requireDirectDebitSignature: true },
    config: { locale, styling: { colorScheme: 'auto' } },
    beforeInit: (page) => page.addStyleTag({ content: ground }),
  });
  const { page } = opened;
  let number = 0;
  await tourForms(shop, opened, async (state) => {
    number += 1;
    for (const { name, width, colorScheme } of looks) {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme });
      const file = `${String(number).padStart(2, '0')}-${state}-${locale}-${name}.png`;
      await page.screenshot({ path: join(directory, file), fullPage: true, animations: 'disabled' });
    }
  });
  await page.close();
}

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('npm run screenshots:forms -- <directory>');
const directory = resolve(given);
await mkdir(directory, { recursive: true });
const shop = await openShop(everyChoice);
try {
  await useCard(shop.server, shop.tenant, visa);
  for (const language of languages) await picture(shop, language, directory);
  console.log(`every form and step is in ${directory}`);
} finally {
  await shop.stop();
}
