import type { Client } from 'pg';
import {
  addForeignKeys,
  type CopiedTable,
  dropForeignKeys,
  type SequencePlace,
  setSequences,
} from '../store/copied-tables.ts';
import { beginFilling, copyIn, copyOut, endFilling, type TableWriter } from '../store/table-copy.ts';
import type { End } from './contents.ts';
import { RowDigest } from './row-digest.ts';

/** Fills the tables of an empty database in one transaction. */
export type DatabaseLoad = {
  write(table: string, lines: Buffer): Promise<void>;
  /** Checks every foreign key against every row, sets the sequences, and commits. */
  finish(sequences: readonly SequencePlace[]): Promise<void>;
};

/** `client` is the superuser's: row security would refuse to let rows of several tenants in. */
export async function beginLoad(client: Client, tables: readonly CopiedTable[]): Promise<DatabaseLoad> {
  let open: { name: string; writer: TableWriter } | null = null;
  const close = async (): Promise<void> => {
    await open?.writer.end();
    open = null;
  };
  await beginFilling(client);
  const foreignKeys = await dropForeignKeys(client);
  return {
    async write(name, lines) {
      if (open?.name !== name) {
        await close();
        const table = tables.find((known) => known.name === name);
        if (!table)
          throw new Error(`the backup holds rows of a table that it does not name (${name}); take another one`);
        open = { name, writer: copyIn(client, table) };
      }
      await open.writer.write(lines);
    },
    async finish(sequences) {
      await close();
      await addForeignKeys(client, foreignKeys);
      await setSequences(client, sequences);
      await endFilling(client);
    },
  };
}

/** Reads every row back. Throws a sentence when a table does not hold what was copied. */
export async function assertLoaded(client: Client, tables: readonly CopiedTable[], end: End): Promise<void> {
  for (const table of tables) {
    const digest = new RowDigest();
    for await (const lines of copyOut(client, table, null)) digest.add(lines);
    const read = digest.totals();
    const copied = end.tables.find(({ name }) => name === table.name);
    if (copied?.rows === read.rows && copied.digest === read.digest) continue;
    throw new Error(
      `the table ${table.name} holds ${read.rows} rows that are not the ${copied?.rows} copied ones; repeat it, and report it if that does not help`,
    );
  }
}
