import { parseIban } from '@onfile/card/iban';
import type { GrantedInstrument } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import { Secret } from '../../crypto/secret.ts';
import { listActiveMerchantAccounts } from '../../store/merchant-accounts.ts';
import { bankAccountDetails } from '../instruments/bank-account-details.ts';
import { newMandate } from '../instruments/mandate.ts';
import { type Tokenized, tokenizeAt } from '../instruments/tokenize.ts';
import type { VaultNumber } from '../instruments/vault.ts';
import { ibanAccount } from './bank-account-rules.ts';
import type { EnteredInstrument } from './content.ts';

export type Granted = { instrument: EnteredInstrument; vault: VaultNumber; tokenized: Tokenized };

/**
 * What the customer granted on the other party's page, with its tokens: an agreement is known to the merchant account
 * that asked for it alone, an IBAN is vaulted at the others too.
 */
export async function takeGranted(
  ctx: Context,
  granted: GrantedInstrument,
  asked: { merchantAccountId: string; issuer?: string },
): Promise<Granted> {
  const own = { merchant_account_id: asked.merchantAccountId, token: granted.token.reveal() };
  const others = (await listActiveMerchantAccounts(ctx.db, ctx.tenant.tenantId)).filter(
    (account) => account.merchant_account_id !== asked.merchantAccountId,
  );
  const alone: Tokenized = { tokens: [own], untokenized: others.map((account) => account.merchant_account_id) };
  const { choice, holder } = granted;
  switch (choice) {
    case 'IDEAL': {
      const iban = parseIban(granted.iban.reveal());
      if (iban.fault) throw new Error('the gateway granted an IBAN that is none');
      const { bic } = granted;
      const account = ibanAccount(holder, iban.value, {
        choice,
        ...(bic ? { bic } : {}),
        ...(asked.issuer ? { issuer: asked.issuer } : {}),
      });
      const mandate = newMandate(ctx, choice);
      const elsewhere = await tokenizeAt(
        ctx,
        others,
        bankAccountDetails({ holder, kept: account.kept, number: account.vault.number }, mandate),
      );
      return {
        instrument: { bankAccount: account.kept, holder, lastFour: account.lastFour, mandate },
        vault: account.vault,
        tokenized: { tokens: [own, ...elsewhere.tokens], untokenized: elsewhere.untokenized },
      };
    }
    case 'BANCONTACT': {
      const { lastFour, expiryMonth, expiryYear, cardReference } = granted;
      return {
        instrument: { card: { brand: 'bancontact', holder, lastFour, expiryMonth, expiryYear } },
        vault: { kind: 'bancontact', number: new Secret(cardReference) },
        tokenized: alone,
      };
    }
    case 'PAYPAL':
    case 'TWINT':
      return {
        instrument: { wallet: { choice }, holder },
        vault: { kind: choice === 'PAYPAL' ? 'paypal' : 'twint', number: new Secret(granted.payerReference) },
        tokenized: alone,
      };
  }
}
