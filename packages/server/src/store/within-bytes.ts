/**
 * Bytes of sealed content that are read at a time. Opened, changed, sealed and written anew they take some twenty times
 * as much memory, and a record may have 700 kB.
 */
export const mostSealedBytes = 2_097_152;

/**
 * The SELECT of a page, ended by the row that reaches `mostSealedBytes`: the first row is always in it. `order` is that
 * of the page by its own columns. How long a value is, PostgreSQL knows without reading it.
 */
export const withinBytes = (page: string, order: string, bytes = 'octet_length(page.sealed)'): string => `
    SELECT * FROM (
      SELECT page.*, sum(${bytes}) OVER (
        ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS bytes_before
      FROM (${page}
      ) page
    ) page
    WHERE coalesce(bytes_before, 0) < ${mostSealedBytes}
    ORDER BY ${order}`;

/** Whether a page may have been ended for its bytes: rows may follow, however few it has. */
export const mayBeCut = (rows: readonly { sealed: Buffer }[]): boolean =>
  rows.reduce((total, { sealed }) => total + sealed.length, 0) >= mostSealedBytes;
