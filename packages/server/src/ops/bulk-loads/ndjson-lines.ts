/** Of one row of a file. */
export const mostRowBytes = 1_048_576;

const newline = 0x0a;

/** The lines of an NDJSON file that hold anything, in lots as they come; null stands for one beyond a mebibyte. */
export async function* ndjsonLines(content: AsyncIterable<Buffer>): AsyncGenerator<(Buffer | null)[]> {
  let begun: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer): void => {
    length += bytes.length;
    if (length <= mostRowBytes) begun.push(bytes);
    else begun = [];
  };
  const finish = (): Buffer | null => {
    const line = length > mostRowBytes ? null : Buffer.concat(begun);
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of content) {
    const lines: (Buffer | null)[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      // An empty line is passed over here, because a file can be nothing but such lines.
      if (end > from || length > 0) {
        take(chunk.subarray(from, end));
        lines.push(finish());
      }
      from = end + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
    yield lines.filter(isFilled);
  }
  yield [finish()].filter(isFilled);
}

const isFilled = (line: Buffer | null): boolean =>
  line === null || !/^\s*$/.test(line.toString('latin1', 0, 64)) || line.length > 64;
