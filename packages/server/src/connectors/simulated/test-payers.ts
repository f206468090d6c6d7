import { Secret } from '../../crypto/secret.ts';
import type { GrantedInstrument, RedirectChoice } from '../connector.ts';

type WithoutToken<Instrument> = Instrument extends GrantedInstrument ? Omit<Instrument, 'token'> : never;

/** Somebody who can approve a redirect: the same instrument each time, but for the token. */
export type TestPayer = {
  id: string;
  /** How the page names them to the visitor. */
  label: string;
  grants: WithoutToken<GrantedInstrument>;
};

const expiry = { expiryMonth: 3, expiryYear: 2030 };

/**
 * The test payers of each choice; the first is the page's default. IDEAL has IBANs that Stripe and Adyen publish,
 * BANCONTACT the ends and the expiry of Adyen's test cards; the names are ours.
 */
export const testPayers: Readonly<Record<RedirectChoice, readonly [TestPayer, ...TestPayer[]]>> = {
  PAYPAL: [
    {
      id: 'ada',
      label: 'Ada Test',
      grants: { choice: 'PAYPAL', holder: 'Ada Test', payerReference: 'sim_paypal_ada' },
    },
    {
      id: 'grace',
      label: 'Grace Test',
      grants: { choice: 'PAYPAL', holder: 'Grace Test', payerReference: 'sim_paypal_grace' },
    },
  ],
  TWINT: [
    {
      id: 'ada',
      label: 'Ada Test',
      grants: { choice: 'TWINT', holder: 'Ada Test', payerReference: 'sim_twint_ada' },
    },
    {
      id: 'grace',
      label: 'Grace Test',
      grants: { choice: 'TWINT', holder: 'Grace Test', payerReference: 'sim_twint_grace' },
    },
  ],
  IDEAL: [
    {
      id: 'ada',
      label: 'Ada Test, account ending in 5264',
      grants: { choice: 'IDEAL', holder: 'Ada Test', iban: new Secret('NL39RABO0300065264'), bic: 'RABONL2U' },
    },
    {
      id: 'grace',
      label: 'Grace Test, account ending in 6789',
      grants: { choice: 'IDEAL', holder: 'Grace Test', iban: new Secret('NL13TEST0123456789'), bic: 'TESTNL2A' },
    },
    {
      id: 'alan',
      label: 'Alan Test, account ending in 9114',
      grants: { choice: 'IDEAL', holder: 'Alan Test', iban: new Secret('NL36TEST0236169114') },
    },
  ],
  BANCONTACT: [
    {
      id: 'ada',
      label: 'Ada Test, card ending in 4449',
      grants: {
        choice: 'BANCONTACT',
        holder: 'Ada Test',
        lastFour: '4449',
        ...expiry,
        cardReference: 'sim_bancontact_ada',
      },
    },
    {
      id: 'grace',
      label: 'Grace Test, card ending in 9990',
      grants: {
        choice: 'BANCONTACT',
        holder: 'Grace Test',
        lastFour: '9990',
        ...expiry,
        cardReference: 'sim_bancontact_grace',
      },
    },
    {
      id: 'alan',
      label: 'Alan Test, card ending in 9910',
      grants: {
        choice: 'BANCONTACT',
        holder: 'Alan Test',
        lastFour: '9910',
        ...expiry,
        cardReference: 'sim_bancontact_alan',
      },
    },
  ],
};

/** A choice's test payer by id; `undefined` for anything else. */
export const findTestPayer = (choice: RedirectChoice, payerId: unknown): TestPayer | undefined =>
  testPayers[choice].find(({ id }) => id === payerId);
