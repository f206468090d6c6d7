import assert from 'node:assert/strict';
import type { FrameLocator, Page } from 'playwright-core';
import { visa } from '../../../server/test/harness/main-job.ts';
import { initWidget, openShopPage, type Shop, waitUntilTold, widgetConfig } from './shop.ts';

/** A form in a page of the shop, seen as its customer sees it. */
export type PaymentForm = { page: Page; form: FrameLocator; sessionToken: string; config: object };

/** Longer than any step takes on a busy machine, so that a failure is told within the file's time. */
const patienceMs = 10_000;

export type FormOptions = {
  /** What the session is created with. */
  session?: object;
  /** What `init` is given. */
  config?: object;
  beforeInit?: (page: Page) => Promise<unknown>;
};

/** Opens a page with the component and waits until its form can be used. */
export async function openPaymentForm(shop: Shop, options: FormOptions = {}): Promise<PaymentForm> {
  const sessionToken = await shop.session(options.session);
  const page = await openShopPage(shop);
  page.setDefaultTimeout(patienceMs);
  await options.beforeInit?.(page);
  const config = widgetConfig(sessionToken, options.config);
  assert.equal(await initWidget(page, config), null);
  await waitUntilTold(page, 'ready');
  return { page, form: page.frameLocator('iframe'), sessionToken, config };
}

/** Loads the page again, as a customer or a redirect does, and mounts the component with the same session. */
export async function reopenPaymentForm(shop: Shop, { page, config }: PaymentForm): Promise<PaymentForm> {
  const again = await openShopPage(shop);
  await page.close();
  assert.equal(await initWidget(again, config), null);
  await waitUntilTold(again, 'ready');
  return { page: again, form: again.frameLocator('iframe'), sessionToken: '', config };
}

export type CardTexts = { number?: string; expiry?: string; code?: string; name?: string };

export async function fillCard(form: FrameLocator, texts: CardTexts = {}): Promise<void> {
  await form.getByLabel('Card number').fill(texts.number ?? visa);
  await form.getByLabel('Expiry date').fill(texts.expiry ?? '12/34');
  await form.getByLabel('Security code').fill(texts.code ?? '123');
  await form.getByLabel('Name on card').fill(texts.name ?? 'Ada Test');
}

export const press = (form: FrameLocator, name: string): Promise<void> =>
  form.getByRole('button', { name, exact: true }).click();

export const pickMethod = (form: FrameLocator, name: string): Promise<void> =>
  form.getByRole('radio', { name, exact: true }).check();

/** The payment request token that `onSuccess` was given, with the details. */
export async function succeeded(page: Page): Promise<{ token: string; details: any }> {
  const [token, details] = await waitUntilTold(page, 'success');
  return { token, details };
}
