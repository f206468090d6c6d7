const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * How many lines of a file hold anything, a CSV's header and the lines within quotes aside. An estimate for whoever
 * waits: the reading of the file decides. `pause` is called after each piece.
 */
export async function countRows(
  content: AsyncIterable<Buffer>,
  format: 'csv' | 'ndjson',
  pause: () => Promise<void>,
): Promise<number> {
  const isCsv = format === 'csv';
  let lines = 0;
  let inQuotes = false;
  let isFilled = false;
  for await (const bytes of content) {
    for (const byte of bytes) {
      if (byte === newline && !inQuotes) {
        if (isFilled) lines++;
        isFilled = false;
      } else if (byte === quote && isCsv) {
        inQuotes = !inQuotes;
        isFilled = true;
      } else if (byte !== carriageReturn) isFilled = true;
    }
    await pause();
  }
  if (isFilled) lines++;
  return Math.max(lines - (isCsv ? 1 : 0), 0);
}
