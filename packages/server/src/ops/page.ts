import type { Page, PageQuery } from '../contract/records-dialect.ts';

const defaultLimit = 100;

/**
 * Reads one page of a list that is ordered by key. `read` gets the key to start after ('' for the first page) and how
 * many rows to read: one more than the page holds, which tells whether another page follows.
 */
export async function readPage<Row, Item>(
  query: PageQuery,
  list: {
    read: (after: string, limit: number) => Promise<Row[]>;
    keyOf: (row: Row) => string;
    present: (row: Row) => Item;
    /** Whether rows may follow those that were read, although they are fewer than asked for. */
    mayBeCut?: (rows: readonly Row[]) => boolean;
  },
): Promise<Page<Item>> {
  const limit = query.limit ?? defaultLimit;
  const rows = await list.read(query.exclusiveStartKey ?? '', limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit || list.mayBeCut?.(rows) ? page.at(-1) : undefined;
  return {
    Count: page.length,
    Items: page.map((row) => list.present(row)),
    ...(last ? { LastEvaluatedKey: list.keyOf(last) } : {}),
  };
}
