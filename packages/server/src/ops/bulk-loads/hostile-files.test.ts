import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { OnfileError } from '../../errors.ts';
import { csvColumns } from '../record-columns/csv-columns.ts';
import { csvRows } from './csv-rows.ts';
import { decompress } from './decompress.ts';
import { Unreadable } from './malformed.ts';
import { ndjsonLines } from './ndjson-lines.ts';

const mebibyte = 1_048_576;
const chunk = 262_144;
/** Processor time, which other programs do not add to; a file of this size takes a tenth of it. */
const mostSeconds = 10;
const mostGrown = 150 * mebibyte;

/** The same bytes over and over, up to so many in all, without ever holding more than a chunk of them. */
async function* repeated(piece: string, bytes: number): AsyncGenerator<Buffer> {
  const one = Buffer.from(piece.repeat(Math.ceil(chunk / piece.length)));
  for (let sent = 0; sent < bytes; sent += one.length) yield one;
}

/** Reads it all; how much came of it, and what it ended with. */
async function readThrough(lots: AsyncIterable<unknown[] | Buffer>): Promise<{ count: number; error: unknown }> {
  const cpu = process.cpuUsage();
  const before = process.memoryUsage.rss();
  let count = 0;
  let most = before;
  let error: unknown;
  try {
    for await (const lot of lots) {
      count += lot.length;
      most = Math.max(most, process.memoryUsage.rss());
    }
  } catch (thrown) {
    error = thrown;
  }
  const { user, system } = process.cpuUsage(cpu);
  assert.ok((user + system) / 1e6 < mostSeconds, `${(user + system) / 1e6} s`);
  assert.ok(most - before < mostGrown, `${Math.round((most - before) / mebibyte)} MiB`);
  return { count, error };
}

describe('a file of a bulk load that is meant to do harm', () => {
  it('is read as far as its first line that is too long, a gigabyte or not', async () => {
    const csv = await readThrough(csvRows(repeated('x', 1024 * mebibyte)));
    assert.ok(csv.error instanceof Unreadable);
    assert.equal(csv.count, 0);
    const quoted = await readThrough(csvRows(repeated('"",', 1024 * mebibyte)));
    assert.ok(quoted.error instanceof Unreadable);
    const lines = await readThrough(ndjsonLines(repeated('{"a":', 64 * mebibyte)));
    assert.deepEqual(lines, { count: 1, error: undefined });
  });

  it('has as many empty cells, or empty lines, as it likes', async () => {
    const commas = await readThrough(csvRows(repeated(`${','.repeat(500_000)}\n`, 2 * mebibyte)));
    assert.equal(commas.error, undefined);
    assert.ok(commas.count > 1);
    assert.equal((await readThrough(csvRows(repeated('\n', 4 * mebibyte)))).count, 0);
    assert.equal((await readThrough(ndjsonLines(repeated('\n', 4 * mebibyte)))).count, 0);
  });

  it('is refused at once for columns without end, whatever the mapping says of them', () => {
    const header = Array.from({ length: 200_000 }, (_, n) => `c${n}`);
    const mapping = Object.fromEntries(header.map((name) => [name, null]));
    const cpu = process.cpuUsage();
    csvColumns(header, { mapping, definitions: [] });
    assert.throws(() => csvColumns(header, { definitions: [] }), OnfileError);
    assert.ok(process.cpuUsage(cpu).user / 1e6 < mostSeconds);
  });

  it('is unpacked no further than any real file would go, and a bit at a time', async () => {
    const bomb = gzipSync(Buffer.alloc(128 * mebibyte));
    async function* packed() {
      yield bomb;
    }
    const { count, error } = await readThrough(decompress(packed()));
    assert.ok(error instanceof Unreadable);
    assert.ok(count < 200 * mebibyte, `${count} bytes came of ${bomb.length}`);
  });

  it('in a file in a file is unpacked once', async () => {
    const twice = gzipSync(gzipSync(Buffer.alloc(16 * mebibyte)));
    async function* packed() {
      yield twice;
    }
    const { count, error } = await readThrough(decompress(packed()));
    assert.equal(error, undefined);
    assert.ok(count < mebibyte);
  });
});
