/** A JSON object in which `{name}` stands for a value that only the server knows (symbols.ts). */
export type Json = Record<string, any>;

/** One version of a record. `content` holds the fields that are the caller's, as GET shows them. */
export type Version = {
  content: Json;
  by: '{client}' | '{key}';
  action: string;
  deleted: boolean;
  /** Reference of the mandate that the account is debited by. */
  mandate?: string | undefined;
};

export type FiledRecord = {
  versions: Version[];
  /** The number that we hold of it; null when it came by the Records API, or was changed there. */
  number: string | null;
  /** Whether somebody deleted it or tried to. */
  deletionTried: boolean;
};

/** What a customer entered, or picked, on the way to a payment request. */
export type Entry =
  | { kind: 'instrument'; fields: Json; holder: string; address?: Json | undefined; number: string; debit: boolean }
  | { kind: 'offline'; choice: 'CASH' | 'BANK_TRANSFER' }
  | { kind: 'picked'; record: string; version: number };

export type PaymentRequest = {
  entry: Entry;
  concluded: boolean;
  reusable: boolean;
  /** What it was used for; an offline choice leads to no record. */
  used?: { record?: string; version: number };
};

/** What the API is to know of one customer of two, `{own}` and `{other}`, and of the idempotency keys. */
export type Model = {
  records: Record<string, FiledRecord>;
  account: { version: number; bills: { record: string } | { choice: string } | null };
  requests: Record<string, PaymentRequest>;
  /** By key and what it is scoped to: the request that was answered, by its name. */
  kept: Record<string, { content: string; by: string }>;
};

export const emptyModel = (): Model => ({
  records: {},
  account: { version: 0, bills: null },
  requests: {},
  kept: {},
});

export function latest(record: FiledRecord): Version {
  const version = record.versions.at(-1);
  if (!version) throw new Error('a record without a version');
  return version;
}

/** The record under this name, when there is one that is not deleted. */
export function present(model: Model, name: string): FiledRecord | null {
  const record = model.records[name];
  return record && !latest(record).deleted ? record : null;
}

export const isBilled = ({ account: { bills } }: Model, name: string): boolean =>
  bills !== null && 'record' in bills && bills.record === name;

/** A record as GET shows it, in the version that counts `n` from 1; the current one by default. */
export function shown(name: string, record: FiledRecord, n = record.versions.length): Json {
  const version = record.versions[n - 1];
  if (!version) throw new Error(`${name} has no version ${n}`);
  return {
    ...version.content,
    id: `{${name}}`,
    sys_created_at: `{${name}.v1.at}`,
    sys_created_by_id: record.versions[0]?.by,
    ...(record.deletionTried ? { sys_deleted_by_id: '{client}' } : {}),
    sys_last_modified_at: `{${name}.v${n}.at}`,
    sys_last_modified_by_id: version.by,
    sys_version: n,
  };
}
