import { open } from 'node:fs/promises';
import { Client } from 'pg';
import { customerRows, type SeededCustomer, type TableRows } from './customer-rows.ts';
import { asAdmin, type BenchDatabase } from './database.ts';
import { paymentRequestRows } from './payment-request-rows.ts';
import type { BenchTenant } from './tenant.ts';

const chunk = 1000;
const writers = 2;

/** A tenant with copies of the records, for pgbench: the same tables and indexes, other rows. */
export const copyTenantId = 'pgbench';

export type Seeded = {
  /** One JSON document a line: the body of a record as GET answers it. */
  recordsFile: string;
  /** One JSON document a line: `{customerId, paymentRequestToken}`. */
  tokensFile: string;
};

/**
 * Puts `records` customers with a card on file each into the database, and as many again as there are `tokens`, who
 * have entered another card that is not used yet. Sealed by the product's own code, inserted in bulk.
 */
export async function seed(
  database: BenchDatabase,
  tenant: BenchTenant,
  counts: { records: number; tokens: number },
  directory: string,
): Promise<Seeded> {
  const seeded = { recordsFile: `${directory}/records.ndjson`, tokensFile: `${directory}/tokens.ndjson` };
  const clients = Array.from({ length: writers }, () => new Client({ connectionString: database.adminUrl }));
  try {
    await Promise.all(clients.map(openWriter));
    await write(clients, tenant, counts, seeded);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
  await completeRecords(database, tenant.tenantId);
  return seeded;
}

/** Seals the next chunk while PostgreSQL takes in the last ones. */
async function write(
  clients: readonly Client[],
  tenant: BenchTenant,
  counts: { records: number; tokens: number },
  files: Seeded,
): Promise<void> {
  await using records = await open(files.recordsFile, 'w');
  await using tokens = await open(files.tokensFile, 'w');
  const written = clients.map(() => Promise.resolve());
  const total = counts.records + counts.tokens;
  for (let from = 0; from < total; from += chunk) {
    const lines = { records: '', tokens: '' };
    const rows: TableRows = {};
    for (let n = from; n < Math.min(from + chunk, total); n++) {
      const customer = customerRows(tenant, n);
      addRows(rows, customer.rows);
      if (n < counts.records) lines.records += `${JSON.stringify(customer.body)}\n`;
      else lines.tokens += addToken(tenant, customer, rows);
    }
    await records.writeFile(lines.records);
    await tokens.writeFile(lines.tokens);
    const writer = (from / chunk) % writers;
    await written[writer];
    written[writer] = insertRows(clients[writer], rows);
  }
  await Promise.all(written);
}

/** Foreign keys are not checked while the rows go in, in any order; every one of them has its target in the end. */
async function openWriter(client: Client): Promise<void> {
  await client.connect();
  await client.query('SET session_replication_role = replica; SET synchronous_commit = off');
}

function addRows(to: TableRows, rows: TableRows): void {
  for (const [table, added] of Object.entries(rows)) (to[table] ??= []).push(...added);
}

function addToken(tenant: BenchTenant, customer: SeededCustomer, rows: TableRows): string {
  const request = paymentRequestRows(tenant, customer);
  addRows(rows, request.rows);
  return `${JSON.stringify({ customerId: customer.customerId, paymentRequestToken: request.token })}\n`;
}

async function insertRows(client: Client | undefined, tables: TableRows): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    await client?.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
}

const copiedTables = ['tenants', 'tenant_keys', 'customer_keys', 'customers', 'stored_payment_methods'];

/** The history's first versions, which have the records' own columns, and the copies. */
async function completeRecords(database: BenchDatabase, tenantId: string): Promise<void> {
  await asAdmin(database, async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query('INSERT INTO stored_payment_method_versions SELECT * FROM stored_payment_methods');
    for (const table of copiedTables) {
      await client.query(
        `INSERT INTO ${table}
         SELECT copy.*
         FROM ${table} t CROSS JOIN LATERAL json_populate_record(t, json_build_object('tenant_id', $1::text)) AS copy
         WHERE t.tenant_id = $2`,
        [copyTenantId, tenantId],
      );
    }
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  });
}
