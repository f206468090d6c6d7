import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { newContact } from '../packages/server/src/ops/bulk-loads/new-contact.ts';
import { jsonRow } from './customer-rows.ts';
import { asAdmin, type BenchDatabase } from './database.ts';
import type { BenchTenant } from './tenant.ts';

const chunk = 5000;
const firstCustomerId = 10_000_000;

const header = [
  'sys_external_id',
  'contact_id',
  'name',
  'name_on_account',
  'type',
  'credit_card_type',
  'last_four_digits',
  'expires',
  'billing_address.line1',
  'billing_address.city',
  'billing_address.postal_code',
  'billing_address.country',
  'merchant_account_tokens[0].merchant_account_id',
  'merchant_account_tokens[0].token',
].join(',');

/** Puts contacts into the database, sealed by the product's own code. Answers their ids. */
export async function addContacts(
  database: BenchDatabase,
  { ctx, tenantId }: BenchTenant,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  await asAdmin(database, async (client) => {
    await client.query('SET session_replication_role = replica; SET synchronous_commit = off');
    for (let from = 0; from < count; from += chunk) {
      const contacts = Array.from({ length: Math.min(chunk, count - from) }, (_, n) =>
        newContact(ctx, firstCustomerId + from + n, randomUUID(), `Ada Bench ${from + n}`),
      );
      const keys = contacts.map(({ wrapped, row }) => ({
        tenant_id: tenantId,
        key_id: wrapped.keyId,
        customer_uuid: wrapped.customerUuid,
        wrapped_key: wrapped.wrappedKey,
        wrapped_by: wrapped.wrappedBy,
        created_at: row.created_at,
      }));
      const rows = contacts.map(({ row }) => ({ tenant_id: tenantId, ...row }));
      for (const [table, content] of Object.entries({ customer_keys: keys, customers: rows })) {
        await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [
          JSON.stringify(content.map(jsonRow)),
        ]);
      }
      ids.push(...rows.map((row) => row.contact_id));
    }
    await client.query('VACUUM (ANALYZE)');
  });
  return ids;
}

const lineOf = (n: number, contactId: string, merchantAccountId: string): string =>
  `member-${n},${contactId},Card on file,"Bench, Ada ${n}",credit card,visa,4242,2031-${String((n % 12) + 1).padStart(2, '0')},` +
  `${n} Evergreen Terrace,Springfield,SW1A 1AA,GB,${merchantAccountId},tok_${randomUUID()}\n`;

/** Writes a CSV file of cards on file, the contacts taking turns. Answers how many bytes it has. */
export async function writeFile(
  path: string,
  rows: number,
  contactIds: readonly string[],
  merchantAccountId: string,
): Promise<number> {
  await using file = await open(path, 'w');
  await file.write(`${header}\n`);
  for (let from = 0; from < rows; from += chunk) {
    let lines = '';
    for (let n = from; n < Math.min(from + chunk, rows); n++) {
      lines += lineOf(n, contactIds[n % contactIds.length] ?? '', merchantAccountId);
    }
    await file.write(lines);
  }
  return (await file.stat()).size;
}
