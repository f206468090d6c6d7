import type { Database } from './database.ts';

type RedirectRef = { tenantId: string; pageId: string };
type Decision = { state: 'approved'; payerId: string } | { state: 'cancelled'; payerId: null };
type Progress = { state: 'pending'; payerId: null } | Decision;

const write = {
  name: 'write-simulated-redirect',
  text: `
    INSERT INTO simulated_redirects (tenant_id, redirect_id, choice, return_url, state, created_at)
    VALUES ($1, $2, $3, $4, 'pending', $5)`,
};
const read = {
  name: 'read-simulated-redirect',
  text: `
    SELECT choice, return_url AS "returnUrl", state, payer_id AS "payerId"
    FROM simulated_redirects
    WHERE tenant_id = $1 AND redirect_id = $2`,
};
const change = {
  name: 'decide-simulated-redirect',
  text: `
    UPDATE simulated_redirects SET state = $3, payer_id = $4
    WHERE tenant_id = $1 AND redirect_id = $2 AND state = 'pending'`,
};

/** The simulated gateway's memory of its redirects; the choices are the connector's own words. */
export const simulatedRedirects = <Choice extends string>(db: Database, now: () => Date) => ({
  async create(redirect: RedirectRef & { choice: Choice; returnUrl: string | null }): Promise<void> {
    const { tenantId, pageId, choice, returnUrl } = redirect;
    await db.single(tenantId, write, [tenantId, pageId, choice, returnUrl, now()]);
  },
  async find({ tenantId, pageId }: RedirectRef) {
    const [row] = await db.single<Progress & { choice: Choice; returnUrl: string | null }>(tenantId, read, [
      tenantId,
      pageId,
    ]);
    return row ?? null;
  },
  /** The first decision stands. */
  async decide({ tenantId, pageId }: RedirectRef, { state, payerId }: Decision): Promise<void> {
    await db.single(tenantId, change, [tenantId, pageId, state, payerId]);
  },
});
