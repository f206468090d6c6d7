import { CheckField } from '../fields/check-field.tsx';
import type { PaymentChoice, Session } from '../gateway-answers.ts';
import { useText } from '../texts/text-context.tsx';
import type { FieldState } from './use-form.ts';

export type MandateProps = { session: Session; choice: PaymentChoice; field: FieldState };

/** What the customer agrees to, in the server's words; nothing where the choice needs no mandate. */
export function MandateText({ session, choice }: Omit<MandateProps, 'field'>) {
  const { t } = useText();
  const text = session.mandates?.find(({ paymentChoice }) => paymentChoice === choice)?.text;
  if (text === undefined) return null;
  return (
    <section class="mandate" tabIndex={0} aria-label={t('upc.mandate')}>
      {text
        .split(/\n+/)
        .filter((paragraph) => paragraph.trim() !== '')
        .map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
    </section>
  );
}

/** The mandate's text, and the box to agree with. */
export function MandateConsent({ field, ...shown }: MandateProps) {
  const { t } = useText();
  return (
    <>
      <MandateText {...shown} />
      <CheckField field={field} label={t('upc.mandate.accept')} />
    </>
  );
}
