import { hash } from 'node:crypto';

const digestBytes = 32;
const newline = 10;

/** What a table's rows come to. */
export type RowTotals = { rows: number; digest: string };

/**
 * Counts rows in PostgreSQL's text format and sums them up, whatever their order: the SHA-256 of each line, all of them
 * XORed. Rows differ at least in their primary keys, so that none cancels another out.
 */
export class RowDigest {
  readonly #sum = Buffer.alloc(digestBytes);
  #rows = 0;
  #begun: Buffer[] = [];

  /** Takes a piece of the lines, cut anywhere. */
  add(piece: Buffer): void {
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      const rest = piece.subarray(start, end);
      this.#addRow(this.#begun.length === 0 ? rest : Buffer.concat([...this.#begun, rest]));
      this.#begun = [];
      start = end + 1;
    }
    if (start < piece.length) this.#begun.push(Buffer.from(piece.subarray(start)));
  }

  totals(): RowTotals {
    return { rows: this.#rows, digest: this.#sum.toString('hex') };
  }

  #addRow(row: Buffer): void {
    this.#rows += 1;
    const digest = hash('sha256', row, 'buffer');
    for (let n = 0; n < digestBytes; n += 1) this.#sum[n] = (this.#sum[n] ?? 0) ^ (digest[n] ?? 0);
  }
}
