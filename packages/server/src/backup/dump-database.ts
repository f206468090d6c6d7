import type { Client } from 'pg';
import manifest from '../../package.json' with { type: 'json' };
import {
  type CopiedTable,
  listAppliedMigrations,
  listCopiedTables,
  listSequences,
  type SequencePlace,
} from '../store/copied-tables.ts';
import { beginSnapshot, copyOut, endSnapshot, listSnapshotTenants } from '../store/table-copy.ts';
import { beginPiece, type End, inPieces, type Piece } from './contents.ts';
import { RowDigest } from './row-digest.ts';

export type DumpOptions = {
  createdAt: Date;
  /** As a superuser all rows of a table are read at once, else those of one tenant after the other. */
  role: 'superuser' | 'server';
  /** Hears, before anything is copied, which tenants the snapshot has; what it throws ends the dump. */
  onSnapshot?: (tenantIds: readonly string[]) => Promise<void>;
  /** Hears how many rows are copied. */
  onRows: (rows: number) => void;
};

/** What was dumped, to be said at the end. */
export type Dumped = { tables: End['tables']; sequences: SequencePlace[] };

/**
 * The whole database as it is at one moment, in pieces, the first of which says what it is. Nobody waits for it, and it
 * takes the memory of a piece or two. The connection's transaction is over when the last piece was taken.
 */
export async function* dumpDatabase(client: Client, options: DumpOptions): AsyncGenerator<Piece, Dumped> {
  await beginSnapshot(client);
  const tenantIds = await listSnapshotTenants(client);
  await options.onSnapshot?.(tenantIds);
  const tables = await listCopiedTables(client);
  const migrations = await listAppliedMigrations(client);
  yield beginPiece({ onfile: manifest.version, createdAt: options.createdAt.toISOString(), migrations, tables });
  const totals: Dumped['tables'] = [];
  let before = 0;
  for (const table of tables) {
    const digest = new RowDigest();
    const byTenant = table.isWalled && options.role === 'server';
    const lines = linesOf(client, table, byTenant ? tenantIds : [null]);
    for await (const piece of inPieces(`tables/${table.name}`, lines)) {
      digest.add(piece.bytes);
      options.onRows(before + digest.totals().rows);
      yield piece;
    }
    const { rows } = digest.totals();
    totals.push({ name: table.name, ...digest.totals() });
    before += rows;
  }
  const sequences = await listSequences(client);
  await endSnapshot(client);
  return { tables: totals, sequences };
}

async function* linesOf(
  client: Client,
  table: CopiedTable,
  tenantIds: readonly (string | null)[],
): AsyncGenerator<Buffer> {
  for (const tenantId of tenantIds) yield* copyOut(client, table, tenantId);
}
