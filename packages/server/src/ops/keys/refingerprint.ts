import type { Context } from '../../context.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { sameHash } from '../../crypto/keyed-hash.ts';
import {
  type FingerprintedSecret,
  findRequestOfSecret,
  listFingerprintsUnderOthers,
  listRecordsWithTerms,
  replaceFingerprint,
} from '../../store/fingerprints.ts';
import { replaceRecordTerms } from '../../store/recalculations.ts';
import { listVersions } from '../../store/record-versions.ts';
import { termsOf } from '../custom-fields/terms.ts';
import { customerDataKey, KeyDestroyed } from '../customer-data-key.ts';
import type { KeptBankAccount } from '../instruments/kept.ts';
import { fingerprintOf, openNumber, type VaultNumber } from '../instruments/vault.ts';
import { readRequestContent } from '../payment-requests/content.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import type { Advance } from './advance.ts';

const rowsAtOnce = 100;
const versionsLookedAt = 200;
const beforeAllIds = '00000000-0000-0000-0000-000000000000';

const kindsWithoutPlace = ['card', 'iban', 'bancontact', 'paypal', 'twint'] as const;

/**
 * Makes the fingerprints of all numbers anew under the key of now. Answers how many could not be: what kind of number it
 * is, and at which bank, is found by trying which gives the fingerprint that it has.
 */
export async function refingerprintNumbers(ctx: Context, advance: Advance): Promise<number> {
  const { tenantId } = ctx.tenant;
  const [current, ...others] = ctx.keys.every('fingerprint');
  const first = others.at(-1);
  if (!current || !first) return 0;
  let left = 0;
  let after = beforeAllIds;
  for (;;) {
    const page = await listFingerprintsUnderOthers(ctx.db, tenantId, current.keyId, after, rowsAtOnce);
    for (const secret of page) {
      const key = ctx.keys.find(secret.fingerprint_key_id ?? first.keyId);
      const identity = key ? await identityOf(ctx, secret, key).catch(ifErased) : null;
      if (identity === 'erased') continue;
      if (identity) {
        const next = { fingerprint: fingerprintOf(current, identity), keyId: current.keyId };
        await replaceFingerprint(ctx.db, tenantId, secret, next);
      } else left += 1;
    }
    await advance(page.length);
    if (page.length < rowsAtOnce) return left;
    after = page.at(-1)?.secret_id ?? after;
  }
}

/** Of a customer who was erased since the page was read there is no number left. */
function ifErased(error: unknown): 'erased' {
  if (error instanceof KeyDestroyed) return 'erased';
  throw error;
}

/** What a fingerprint was made of; null when nothing gives it. */
async function identityOf(ctx: Context, secret: FingerprintedSecret, key: DataKey): Promise<VaultNumber | null> {
  const number = openNumber(ctx, secret, await customerDataKey(ctx, secret.key_id));
  const fits = (identity: VaultNumber) => sameHash(fingerprintOf(key, identity), secret.fingerprint);
  const plain = kindsWithoutPlace.map((kind) => ({ kind, number })).find(fits);
  if (plain) return plain;
  for await (const account of accountsOf(ctx, secret)) {
    const placed = placedIdentity(account, number);
    if (placed && fits(placed)) return placed;
  }
  return null;
}

function placedIdentity(account: KeptBankAccount, number: VaultNumber['number']): VaultNumber | null {
  if (account.choice === 'BACS') return { kind: 'uk-account', place: account.sortCode, number };
  if (account.choice === 'ACH') return { kind: 'us-account', place: account.routingNumber, number };
  return null;
}

/** The bank accounts that the number may be of: the one that was entered with it, and those that its record has had. */
async function* accountsOf(ctx: Context, secret: FingerprintedSecret): AsyncGenerator<KeptBankAccount> {
  const { tenantId } = ctx.tenant;
  const request = await findRequestOfSecret(ctx.db, tenantId, secret.secret_id);
  const entered = request && (await readRequestContent(ctx, request.request_id, request.sealed));
  if (entered && 'bankAccount' in entered) yield entered.bankAccount;
  if (secret.record_id === null) return;
  const page = { before: Number.MAX_SAFE_INTEGER, limit: versionsLookedAt, contactId: null };
  for (const version of await listVersions(ctx.db, tenantId, secret.record_id, page)) {
    const { bankAccount } = openRecord(ctx, version).content;
    if (bankAccount) yield bankAccount;
  }
}

/** Makes the keyed hashes that records are found by anew. A record that is changed meanwhile has them by that. */
export async function rehashTerms(ctx: Context, advance: Advance): Promise<void> {
  const { tenantId } = ctx.tenant;
  const definitions = await ctx.customFieldsOf(tenantId);
  let after = '';
  for (;;) {
    const page = await listRecordsWithTerms(ctx.db, tenantId, after, rowsAtOnce);
    const renewed = page.map((row) => ({
      id: row.id,
      version: row.sys_version,
      terms: termsOf(definitions, ctx.keys, openRecord(ctx, row).content.custom_field_values),
    }));
    await ctx.db.transaction(tenantId, (tx) => replaceRecordTerms(tx, renewed));
    await advance(page.length);
    if (page.length < rowsAtOnce) return;
    after = page.at(-1)?.id ?? after;
  }
}
