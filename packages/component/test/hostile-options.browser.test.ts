import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import english from '../src/frame/texts/en.json' with { type: 'json' };
import { skip } from './harness/browser.ts';
import {
  initWidget,
  openShop,
  openShopPage,
  paymentFrames,
  type Shop,
  type Told,
  widgetConfig,
} from './harness/shop.ts';

let shop: Shop;
describe('hostile options', { skip }, () => {
  before(async () => {
    shop = await openShop();
  });
  after(() => shop.stop());

  it('inject nothing into the form or the page around it', async () => {
    const markup = `<img src=x onerror="top.pwned=1;window.pwned=1"><script>window.pwned=1</script>`;
    const css = `red;background:url(//evil.example/leak)}*{background:url(//evil.example/leak)`;
    const texts = Object.fromEntries(Object.keys(english).map((key) => [key, markup]));
    const hostile: object[] = [
      { i18n: texts },
      { i18n: { '__proto__.x': markup } },
      { i18n: { constructor: markup, toString: markup } },
      { customerData: { name: markup, email: markup, address: { line1: markup, country: markup } } },
      { customerData: { name: { toString: markup } } },
      { styling: { primaryColor: css, boxShadow: css, borderRadius: css, fontFamily: css, colorScheme: css } },
      { styling: { '--x': css, cssText: css, constructor: css } },
      { styling: JSON.parse('{"__proto__": {"primaryColor": "red"}}') },
      { locale: markup },
      { countryCode: markup },
      { returnUrl: `https://shop.example/"><script>window.pwned=1</script>` },
      { devMode: markup, hidePaymentButton: markup },
    ];
    for (const options of hostile) {
      const page = await openShopPage(shop);
      const requested: string[] = [];
      page.on('request', (request) => requested.push(request.url()));
      await initWidget(page, widgetConfig(await shop.session(), options));
      await page.waitForFunction(() =>
        (window as any).told.some((told: Told) => told.name === 'ready' || told.data[0]?.fatal),
      );
      const [frame] = paymentFrames(page);
      const found = await frame?.evaluate(() => ({
        pwned: 'pwned' in window,
        showsAsText: document.body.innerText.includes('<img src=x'),
        images: document.querySelectorAll('img[src="x"]').length,
        scripts: [...document.scripts].filter((script) => !script.src.includes('/component/v1/assets/')).length,
        style: document.documentElement.getAttribute('style') ?? '',
      }));
      const what = JSON.stringify(options);
      const { showsAsText, style, ...injected } = found ?? {};
      assert.deepEqual(injected, { pwned: false, images: 0, scripts: 0 }, what);
      assert.equal(showsAsText, options === hostile[0], what);
      assert.ok(!style?.includes('url('), what);
      assert.equal(await page.evaluate(() => 'pwned' in window), false, what);
      assert.deepEqual(
        requested.filter((url) => !url.startsWith(shop.server.url)),
        [],
        what,
      );
      await page.close();
    }
  });
});
