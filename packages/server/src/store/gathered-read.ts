import { Gathering } from './gathering.ts';

/** Rows of concurrent requests read in one statement: as the number of requests grows, that of statements does not. */
export function gatheredRead<Key extends string | number, Row extends object>(options: {
  name: string;
  /** The rows with these keys, in any order; those that do not exist are left out. */
  read: (tenantId: string, keys: readonly Key[]) => Promise<readonly Row[]>;
  keyOf: (row: Row) => Key;
}): (tenantId: string, key: Key) => Promise<Row | null> {
  const gathering = new Gathering<Key, Row | null>({
    name: options.name,
    lanes: 2,
    most: 128,
    async run(tenantId, keys) {
      const rows = await options.read(tenantId, [...new Set(keys)]);
      const found = new Map(rows.map((row) => [options.keyOf(row), row]));
      return keys.map((key) => found.get(key) ?? null);
    },
  });
  return (tenantId, key) => gathering.submit(tenantId, key);
}
