import type { Context } from '../../context.ts';
import { type DataKey, sealedUnder } from '../../crypto/envelope.ts';
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
import { versionName } from '../../store/sealed-for-customer.ts';
import { mayBeCut } from '../../store/within-bytes.ts';
import { termsOf } from '../custom-fields/terms.ts';
import { customerDataKey, KeyDestroyed } from '../customer-data-key.ts';
import type { KeptBankAccount } from '../instruments/kept.ts';
import { fingerprintOf, openNumber, type VaultNumber } from '../instruments/vault.ts';
import { openRequest, type RequestContent } from '../payment-requests/content.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import type { Advance } from './advance.ts';
import { type OnDamaged, unlessDamaged } from './damaged.ts';

const rowsAtOnce = 100;
const versionsLookedAt = 200;
const beforeAllIds = '00000000-0000-0000-0000-000000000000';

const kindsWithoutPlace = ['card', 'iban', 'bancontact', 'paypal', 'twint'] as const;

/**
 * Makes the fingerprints of all numbers anew under the key of now. Answers how many could not be: what kind of number it
 * is, and at which bank, is found by trying which gives the fingerprint that it has.
 */
export async function refingerprintNumbers(ctx: Context, advance: Advance, onDamaged: OnDamaged): Promise<number> {
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
      const unread = (error: unknown) => whyUnread(error, secret.key_id, onDamaged);
      const identity = key ? await identityOf(ctx, secret, key, onDamaged).catch(unread) : null;
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

/** Of a customer who was erased since the page was read there is no number left; else the key itself may be damaged. */
function whyUnread(error: unknown, keyId: string, onDamaged: OnDamaged): 'erased' | null {
  if (error instanceof KeyDestroyed) return 'erased';
  return unlessDamaged({ table: 'customer_keys', id: keyId }, onDamaged, () => {
    throw error;
  });
}

/** What a fingerprint was made of; null when nothing gives it. */
async function identityOf(
  ctx: Context,
  secret: FingerprintedSecret,
  key: DataKey,
  onDamaged: OnDamaged,
): Promise<VaultNumber | null> {
  const dataKey = await customerDataKey(ctx, secret.key_id);
  const row = { table: 'vault_secrets', id: secret.secret_id };
  const number = unlessDamaged(row, onDamaged, () => openNumber(ctx, secret, dataKey));
  if (!number) return null;
  const fits = (identity: VaultNumber) => sameHash(fingerprintOf(key, identity), secret.fingerprint);
  const plain = kindsWithoutPlace.map((kind) => ({ kind, number })).find(fits);
  if (plain) return plain;
  for await (const account of accountsOf(ctx, secret, onDamaged)) {
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
async function* accountsOf(
  ctx: Context,
  secret: FingerprintedSecret,
  onDamaged: OnDamaged,
): AsyncGenerator<KeptBankAccount> {
  const { tenantId } = ctx.tenant;
  const request = await findRequestOfSecret(ctx.db, tenantId, secret.secret_id);
  const entered = request && (await enteredWith(ctx, request, onDamaged));
  if (entered && 'bankAccount' in entered) yield entered.bankAccount;
  if (secret.record_id === null) return;
  let before = Number.MAX_SAFE_INTEGER;
  for (let looked = 0; looked < versionsLookedAt; ) {
    const page = { before, limit: versionsLookedAt - looked, contactId: null };
    const versions = await listVersions(ctx.db, tenantId, secret.record_id, page);
    for (const version of versions) {
      const row = { table: 'stored_payment_method_versions', id: versionName(version) };
      const record = unlessDamaged(row, onDamaged, () => openRecord(ctx, version));
      if (record?.content.bankAccount) yield record.content.bankAccount;
    }
    if (!mayBeCut(versions)) return;
    looked += versions.length;
    before = versions.at(-1)?.sys_version ?? before;
  }
}

async function enteredWith(
  ctx: Context,
  { request_id: id, sealed }: { request_id: string; sealed: Buffer },
  onDamaged: OnDamaged,
): Promise<RequestContent | null> {
  const row = { table: 'payment_requests', id };
  const keyId = unlessDamaged(row, onDamaged, () => sealedUnder(sealed));
  const dataKey = keyId && (await customerDataKey(ctx, keyId));
  return dataKey ? unlessDamaged(row, onDamaged, () => openRequest(ctx, id, sealed, dataKey)) : null;
}

/**
 * Makes the keyed hashes that records are found by anew. A record that is changed meanwhile has them by that; one that
 * does not open keeps those that it has.
 */
export async function rehashTerms(ctx: Context, advance: Advance, onDamaged: OnDamaged): Promise<void> {
  const { tenantId } = ctx.tenant;
  const definitions = await ctx.customFieldsOf(tenantId);
  let after = '';
  for (;;) {
    const page = await listRecordsWithTerms(ctx.db, tenantId, after, rowsAtOnce);
    const renewed = page.flatMap((row) => {
      const damaged = { table: 'stored_payment_methods', id: row.id };
      const record = unlessDamaged(damaged, onDamaged, () => openRecord(ctx, row));
      if (!record) return [];
      const terms = termsOf(definitions, ctx.keys, record.content.custom_field_values);
      return [{ id: row.id, version: row.sys_version, terms }];
    });
    await ctx.db.transaction(tenantId, (tx) => replaceRecordTerms(tx, renewed));
    await advance(page.length);
    if (page.length < rowsAtOnce) return;
    after = page.at(-1)?.id ?? after;
  }
}
