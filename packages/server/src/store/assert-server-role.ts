import type { Client, Pool } from 'pg';

type RoleFacts = { role: string; is_superuser: boolean; bypasses: boolean; owns: string | null };

/**
 * Refuses a connection whose role row security would not bind: a superuser, one with BYPASSRLS, an owner of a table, or
 * a member of any of these, who could become it by SET ROLE. Answers the role's name; throws a sentence that says what
 * to do instead.
 */
export async function assertServerRole(database: Pool | Client): Promise<string> {
  const { rows } = await database.query<RoleFacts>(
    `SELECT session_user AS role, coalesce(bool_or(r.rolsuper), false) AS is_superuser,
            coalesce(bool_or(r.rolbypassrls), false) AS bypasses,
            (SELECT c.relname FROM pg_class c
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
               AND pg_has_role(session_user, c.relowner, 'MEMBER')
             ORDER BY c.relname LIMIT 1) AS owns
     FROM pg_roles r
     WHERE pg_has_role(session_user, r.oid, 'MEMBER')`,
  );
  const facts = rows[0];
  if (facts === undefined) throw new Error('the database did not say which role is connected');
  const fault = faultOf(facts);
  if (fault === null) return facts.role;
  throw new Error(
    `the database role "${facts.role}" ${fault}, so the wall between tenants would not hold; let DATABASE_URL name a role without such rights, and DATABASE_MIGRATION_URL the owner`,
  );
}

function faultOf(facts: RoleFacts): string | null {
  if (facts.is_superuser) return 'is a superuser or a member of one';
  if (facts.bypasses) return 'bypasses row security (BYPASSRLS), or is a member of a role that does';
  return facts.owns === null ? null : `owns the table ${facts.owns}, or is a member of the role that does`;
}
