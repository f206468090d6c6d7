import type { FrameLocator } from 'playwright-core';
import { challenged, declined } from '../../../server/test/harness/main-job.ts';
import type { PaymentForm } from './payment-form.ts';
import { initWidget, type openShop, type Shop, waitUntilTold } from './shop.ts';

const withFields = ['CREDIT_CARD', 'SEPA', 'CH_DD', 'LSV', 'BACS', 'ACH'] as const;
const withoutFields = ['IDEAL', 'BANCONTACT', 'TWINT', 'PAYPAL', 'BANK_TRANSFER', 'CASH'] as const;
type Choice = (typeof withFields)[number] | (typeof withoutFields)[number];

/** A tenant that offers every payment choice, and lets each tour have a card declined. */
export const everyChoice = {
  country: 'CH',
  currency: 'CHF',
  permittedPaymentChoices: { MEMBER_ACCOUNT: [...withFields, ...withoutFields], ECOM: null },
  failedAttemptLimits: { customer: 0, address: 0 },
} satisfies Parameters<typeof openShop>[0];

/** States that come of an answer that a browser reports as an error in its console. */
export const reportedByBrowser: ReadonlySet<string> = new Set(['offline', 'session-over']);

/** Called in each state, when it stands still. */
export type Visit = (state: string) => Promise<void>;

/** Goes by what is not language: values, places and classes. */
const pick = async (form: FrameLocator, choice: Choice): Promise<void> => {
  await form.locator(`input[name=method][value=${choice}]`).check();
  await form.locator('.method-picked form').waitFor();
  await form.locator('.skeleton').waitFor({ state: 'detached' });
};
const fill = (form: FrameLocator, field: string, text: string): Promise<void> =>
  form.locator(`#field-${field}`).fill(text);
const submit = (form: FrameLocator): Promise<void> => form.locator('form:visible button[type=submit]').click();
const heading = (form: FrameLocator): Promise<void> => form.locator('.screen h2').waitFor();
const notice = (form: FrameLocator): Promise<void> =>
  form.locator('.app > * .notice, .app > .notice').first().waitFor();

async function enterCard(form: FrameLocator, number: string): Promise<void> {
  await fill(form, 'cardNumber', number);
  await fill(form, 'expiry', '12/34');
  await fill(form, 'securityCode', '123');
  await fill(form, 'cardHolder', 'Ada Test');
  await submit(form);
}

/** Empty, and with what is missing said beside each field. */
async function visitForm(form: FrameLocator, choice: Choice, visit: Visit): Promise<void> {
  await pick(form, choice);
  await visit(choice);
  if (!withFields.some((known) => known === choice)) return;
  await submit(form);
  await form.locator('.error:not(:empty)').first().waitFor();
  await visit(`${choice}-faults`);
}

async function visitReview(form: FrameLocator, visit: Visit): Promise<void> {
  await pick(form, 'SEPA');
  await fill(form, 'accountHolder', 'Ada Test');
  await fill(form, 'iban', 'DE89370400440532013000');
  await form.locator('#field-mandateAccepted').check();
  await form.locator('.signature-canvas').waitFor();
  await form.locator('.button-quiet').last().click();
  await visit('SEPA-typed-signature');
  await fill(form, 'signature', 'Ada Test');
  await submit(form);
  await heading(form);
  await visit('review');
  await form.locator('.screen button[type=button]').click();
}

async function visitAnswers({ page, form }: PaymentForm, visit: Visit): Promise<void> {
  await pick(form, 'CREDIT_CARD');
  await enterCard(form, challenged);
  await form.frameLocator('.challenge-frame').getByRole('button').first().waitFor();
  await visit('challenge');
  await form.locator('.screen button').click();
  await notice(form);
  await visit('cancelled');
  await enterCard(form, declined);
  await form.locator('.notice-error').waitFor();
  await visit('declined');
  await pick(form, 'PAYPAL');
  await page.route('**/*', (route) =>
    route.request().isNavigationRequest() ? route.abort('aborted') : route.continue(),
  );
  await submit(form);
  await heading(form);
  await visit('redirect');
  await page.unrouteAll();
  await form.locator('.screen button').last().click();
  await notice(form);
}

async function visitOffline({ page, form }: PaymentForm, visit: Visit): Promise<void> {
  await pick(form, 'CREDIT_CARD');
  await page.route('**/upg/**', (route) => route.abort());
  await enterCard(form, '5555555555554444');
  await heading(form);
  await visit('offline');
  await page.unrouteAll();
  await form.locator('.screen .button-main').click();
  await waitUntilTold(page, 'success');
  await visit('succeeded');
}

/** Puts another form in the place of this one. */
async function remount({ page }: PaymentForm, config: object): Promise<void> {
  await page.evaluate(() => {
    const host = window as any;
    host.instances.pop().destroy();
    host.told = [];
  });
  await initWidget(page, config);
}

/**
 * Shows every form and every state of a payment form whose session asks for signatures, the customer having a card on
 * file. The page is left with a form whose session is over.
 */
export async function tourForms(shop: Shop, opened: PaymentForm, visit: Visit): Promise<void> {
  const { page, form, config } = opened;
  await visit('on-file');
  for (const choice of [...withFields, ...withoutFields]) await visitForm(form, choice, visit);
  await visitReview(form, visit);
  await visitAnswers(opened, visit);
  await visitOffline(opened, visit);
  const userSessionToken = await shop.session();
  await remount(opened, { ...config, userSessionToken });
  await waitUntilTold(page, 'ready');
  await pick(form, 'LSV');
  await visit('LSV-without-signature');
  const over = userSessionToken.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
  await remount(opened, { ...config, userSessionToken: over });
  await heading(form);
  await visit('session-over');
}
