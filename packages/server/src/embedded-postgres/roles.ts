import type { Client } from 'pg';
import type { ClusterRecord } from './cluster-record.ts';

export const databaseName = 'onfile';
export const ownerRole = 'onfile_owner';
export const serverRole = 'onfile_server';

/**
 * Makes what is missing: the owner, who migrates, and the server's role, which owns nothing and does not bypass row
 * security, both with the record's passwords; and the database. `client` is the superuser's.
 */
export async function ensureRolesAndDatabase(client: Client, record: ClusterRecord): Promise<void> {
  const roles = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  const present = new Set(roles.rows.map((role) => role.rolname));
  const statements: string[] = [];
  if (!present.has(ownerRole)) {
    statements.push(createRole(ownerRole, client.escapeLiteral(record.ownerPassword.reveal())));
  }
  if (!present.has(serverRole)) {
    statements.push(createRole(serverRole, client.escapeLiteral(record.serverPassword.reveal())));
    // Harmless here; kept the same as where the tenants are spread over a Citus cluster.
    statements.push(`ALTER ROLE ${serverRole} SET citus.propagate_set_commands = 'local'`);
  }
  // One message is one transaction: a role never stands without its password and settings.
  if (statements.length > 0) await client.query(statements.join(';\n'));

  const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName} OWNER ${ownerRole}`);
}

const createRole = (name: string, password: string): string =>
  `CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD ${password}`;
