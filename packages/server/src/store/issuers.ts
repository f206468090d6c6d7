import type { Database, Transaction } from './database.ts';

export type IssuerRow = {
  issuerId: string;
  /** The `iss` of its tokens. */
  issuer: string;
  jwksUrl: string;
  audiences: string[];
  algorithms: string[];
  tenantClaim: string;
  contactClaim: string;
  scopeClaim: string;
  /** The most that its tokens can be permitted to do. */
  scopes: string[];
  createdAt: Date;
};

const read = {
  name: 'read-issuers',
  text: `
    SELECT issuer_id AS "issuerId", issuer, jwks_url AS "jwksUrl", audiences, algorithms,
      tenant_claim AS "tenantClaim", contact_claim AS "contactClaim", scope_claim AS "scopeClaim", scopes,
      created_at AS "createdAt"
    FROM issuers
    WHERE tenant_id = $1
    ORDER BY created_at, issuer_id`,
};

/** The oldest first. */
export const listIssuers = (db: Database, tenantId: string): Promise<IssuerRow[]> =>
  db.single(tenantId, read, [tenantId]);

const write = {
  name: 'write-issuer',
  text: `
    INSERT INTO issuers (tenant_id, issuer_id, issuer, jwks_url, audiences, algorithms, tenant_claim, contact_claim,
      scope_claim, scopes, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
};

/** Rejects with SQLSTATE 23505 when the tenant has this issuer already. */
export async function insertIssuer(tx: Transaction, row: IssuerRow): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.issuerId,
    row.issuer,
    row.jwksUrl,
    row.audiences,
    row.algorithms,
    row.tenantClaim,
    row.contactClaim,
    row.scopeClaim,
    row.scopes,
    row.createdAt,
  ]);
}

const remove = {
  name: 'delete-issuer',
  text: 'DELETE FROM issuers WHERE tenant_id = $1 AND issuer_id = $2 RETURNING issuer_id',
};

/** False when the tenant has none of that id. */
export const deleteIssuer = async (tx: Transaction, issuerId: string): Promise<boolean> =>
  (await tx.query(remove, [tx.tenantId, issuerId])).length === 1;
