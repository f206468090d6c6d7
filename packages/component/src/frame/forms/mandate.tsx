import { CheckField } from '../fields/check-field.tsx';
import type { PaymentChoice, Session } from '../gateway-answers.ts';
import { useText } from '../texts/text-context.tsx';
import type { FieldState } from './use-form.ts';

export type MandateProps = { session: Session; choice: PaymentChoice; field: FieldState };

/** What the customer agrees to, in the server's words, and the box to agree with. */
export function MandateConsent({ session, choice, field }: MandateProps) {
  const { t } = useText();
  const text = session.mandates?.find(({ paymentChoice }) => paymentChoice === choice)?.text;
  return (
    <>
      {text !== undefined && (
        <section class="mandate" tabIndex={0} aria-label={t('upc.mandate')}>
          {text
            .split(/\n+/)
            .filter((paragraph) => paragraph.trim() !== '')
            .map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
        </section>
      )}
      <CheckField field={field} label={t('upc.mandate.accept')} />
    </>
  );
}
