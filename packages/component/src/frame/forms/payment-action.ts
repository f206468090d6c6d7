import type { Session } from '../gateway-answers.ts';
import type { Translate } from '../texts/translate.ts';

/** What a form's button says: the amount where one is paid now, otherwise what the method calls its own step. */
export function paymentAction(session: Session, locale: string, t: Translate, otherwise: string): string {
  if (session.amount === 0) return otherwise;
  const amount = new Intl.NumberFormat(locale, { style: 'currency', currency: session.currency });
  return t('upc.pay', { amount: amount.format(session.amount) });
}
