import type { Caller } from '../../src/context.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { type KeyPart, type KeyRotation, rotateKeys } from '../../src/ops/keys/rotate-keys.ts';
import { query } from './look-inside.ts';
import type { TestServer } from './server.ts';

export const operator: Caller = { kind: 'command-line', id: 'operator', scopes: new Set(scopes) };

type Options = { tenantId?: string; parts?: readonly KeyPart[]; graceMs?: number; signal?: AbortSignal };

/** A whole rotation, as the command does it; the clock runs ahead while nothing is done but waiting. */
export async function rotate(server: TestServer, options: Options = {}): Promise<KeyRotation> {
  const { tenantId, parts = ['tenant', 'customers'], graceMs = 1_000, signal = new AbortController().signal } = options;
  return rotateKeys(server.services, operator, {
    tenantId,
    parts,
    graceMs,
    signal,
    onProgress: (_tenantId, stage, done, total) => {
      if (stage === 'waiting' && graceMs === 0 && total !== null && done < total) server.clock.advance(total - done);
    },
  });
}

const tables = {
  customers: 'sealed',
  stored_payment_methods: 'sealed',
  stored_payment_method_versions: 'sealed',
  vault_secrets: 'ciphertext',
  payment_requests: 'sealed',
  token_tasks: 'sealed',
} as const;

/** Rows whose ciphertext names another key than their column does, or a retired one. */
export async function misplaced(server: TestServer, tenantId: string): Promise<string[]> {
  const found: string[] = [];
  for (const [table, column] of Object.entries(tables)) {
    const rows = await query<{ n: number }>(
      server,
      `SELECT count(*)::int AS n FROM ${table} t JOIN customer_keys k ON k.tenant_id = t.tenant_id AND k.key_id = t.key_id
       WHERE t.tenant_id = $1 AND t.${column} IS NOT NULL
         AND (k.retired_at IS NOT NULL OR substring(t.${column} FROM 2 FOR 16) <> uuid_send(t.key_id))`,
      [tenantId],
    );
    if (rows[0] && rows[0].n > 0) found.push(`${table}: ${rows[0].n}`);
  }
  return found;
}

/** A tenant's keys and all that is sealed of its customers, as it lies there. */
export const keyRows = (server: TestServer, tenantId: string): Promise<object[]> =>
  query(
    server,
    `SELECT key_id::text AS id, wrapped_key AS bytes FROM tenant_keys WHERE tenant_id = $1
     UNION ALL SELECT key_id::text, wrapped_key FROM customer_keys WHERE tenant_id = $1
     UNION ALL SELECT id, sealed FROM stored_payment_methods WHERE tenant_id = $1
     UNION ALL SELECT customer_id::text, sealed FROM customers WHERE tenant_id = $1
     ORDER BY 1`,
    [tenantId],
  );
