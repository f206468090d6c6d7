import { parse as uuidBytes } from 'uuid';

/** PostgreSQL documentation, COPY, Binary Format: the signature, no flags, no header extension. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = -1;
const absent = -1;
/** 2000-01-01, from which PostgreSQL counts days and microseconds. */
const epochMs = 946_684_800_000;
const dayMs = 86_400_000;
const bytesOid = 17;
const jsonbVersion = 1;
const worstBytesPerCharacter = 3;

/**
 * Rows in the format of `COPY … FROM STDIN (FORMAT binary)`: nothing is escaped and nothing parsed. Each row is begun
 * with the number of its columns, whose values then follow in order, of exactly the columns' types; `null` is NULL.
 */
export class BinaryRows {
  #buffer: Buffer;
  #length = header.length;

  constructor(expectedBytes: number) {
    this.#buffer = Buffer.allocUnsafe(Math.max(expectedBytes, header.length * 2));
    header.copy(this.#buffer);
  }

  row(columns: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(columns, this.#length);
  }

  text(value: string | null): void {
    if (value === null) return this.#int(absent);
    this.#string(value);
  }

  integer(value: number | null): void {
    if (value === null) return this.#int(absent);
    this.#int(4);
    this.#int(value);
  }

  bigint(value: number): void {
    this.#int(8);
    this.#long(BigInt(value));
  }

  boolean(value: boolean | null): void {
    if (value === null) return this.#int(absent);
    this.#int(1);
    this.#reserve(1);
    this.#length = this.#buffer.writeUInt8(value ? 1 : 0, this.#length);
  }

  /** A timestamptz. */
  instant(value: Date): void {
    this.#int(8);
    this.#long(BigInt(value.getTime() - epochMs) * 1000n);
  }

  /** A date, YYYY-MM-DD. */
  day(value: string | null): void {
    if (value === null) return this.#int(absent);
    this.#int(4);
    this.#int((Date.parse(value) - epochMs) / dayMs);
  }

  uuid(value: string | null): void {
    if (value === null) return this.#int(absent);
    this.bytes(uuidBytes(value));
  }

  bytes(value: Uint8Array | null): void {
    if (value === null) return this.#int(absent);
    this.#int(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  jsonb(value: object | null): void {
    if (value === null) return this.#int(absent);
    this.#string(JSON.stringify(value), jsonbVersion);
  }

  /** A one-dimensional bytea[]. */
  bytesArray(values: readonly Uint8Array[] | null): void {
    if (values === null) return this.#int(absent);
    const inner = values.reduce((total, value) => total + 4 + value.length, 0);
    this.#int((values.length > 0 ? 20 : 12) + inner);
    this.#int(values.length > 0 ? 1 : 0);
    this.#int(0);
    this.#int(bytesOid);
    if (values.length === 0) return;
    this.#int(values.length);
    this.#int(1);
    for (const value of values) this.bytes(value);
  }

  /** All of it, with the trailer. Nothing can be added any more. */
  end(): Buffer {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(trailer, this.#length);
    return this.#buffer.subarray(0, this.#length);
  }

  #string(value: string, version?: number): void {
    const lengthAt = this.#length;
    this.#int(0);
    this.#reserve(1 + value.length * worstBytesPerCharacter);
    if (version !== undefined) this.#length = this.#buffer.writeUInt8(version, this.#length);
    this.#length += this.#buffer.write(value, this.#length);
    this.#buffer.writeInt32BE(this.#length - lengthAt - 4, lengthAt);
  }

  #int(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
  }

  #long(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigInt64BE(value, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
