import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { getuid } from 'node:process';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Secret } from '../crypto/secret.ts';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';

/** What `<data directory>/postgres.json` says: where the cluster lies and how to get in. */
export type ClusterRecord = {
  /** Absolute; in the file it is relative as long as it lies in the data directory, so that this can be moved. */
  clusterDirectory: string;
  /** Where it listened last; null before the first start. Whether it still does, only `postmaster.pid` knows. */
  port: number | null;
  adminPassword: Secret<string>;
  ownerPassword: Secret<string>;
  serverPassword: Secret<string>;
};

const fileName = 'postgres.json';
const RecordFile = Type.Object({
  clusterDirectory: Type.String(),
  port: Type.Union([Type.Integer(), Type.Null()]),
  adminPassword: Type.String(),
  ownerPassword: Type.String(),
  serverPassword: Type.String(),
});
const password = (): Secret<string> => new Secret(randomBytes(32).toString('base64url'));

/** The record of a cluster yet to be made, with passwords of 256 random bits. */
export function newClusterRecord(clusterDirectory: string): ClusterRecord {
  return {
    clusterDirectory,
    port: null,
    adminPassword: password(),
    ownerPassword: password(),
    serverPassword: password(),
  };
}

/** Null when there is none; throws a sentence when there is one that cannot be read. */
export async function readClusterRecord(dataDirectory: string): Promise<ClusterRecord | null> {
  const path = join(dataDirectory, fileName);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT', 'ENOTDIR')) return null;
    throw new Error(`${path} cannot be read by this user; use the one that Onfile runs as`, { cause });
  });
  if (text === null) return null;
  const file = parse(text);
  if (file === null) throw new Error(`${path} is damaged; restore it from its backup`);
  return {
    clusterDirectory: resolve(dataDirectory, file.clusterDirectory),
    port: file.port,
    adminPassword: new Secret(file.adminPassword),
    ownerPassword: new Secret(file.ownerPassword),
    serverPassword: new Secret(file.serverPassword),
  };
}

/** Why it does not parse is not told: that text quotes the file, and a password may be there. */
function parse(text: string): Static<typeof RecordFile> | null {
  try {
    return Value.Parse(RecordFile, JSON.parse(text));
  } catch {
    return null;
  }
}

/** Writes the first record unless another start was faster; either way the one that stands is returned. */
export async function claimClusterRecord(dataDirectory: string, record: ClusterRecord): Promise<ClusterRecord> {
  await putInPlace(dataDirectory, record, async (draft, path) => {
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  });
  return (await readClusterRecord(dataDirectory)) ?? record;
}

/** Puts the record in the place of the one that is there. */
export async function replaceClusterRecord(dataDirectory: string, record: ClusterRecord): Promise<void> {
  await putInPlace(dataDirectory, record, rename);
}

async function putInPlace(
  dataDirectory: string,
  record: ClusterRecord,
  place: (draft: string, path: string) => Promise<void>,
): Promise<void> {
  const path = join(dataDirectory, fileName);
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    const { uid, gid } = await stat(dataDirectory);
    // One start as root must not take it from the user whose directory this is.
    if (getuid?.() === 0) await file.chown(uid, gid);
    await file.writeFile(`${JSON.stringify(toFile(dataDirectory, record), null, 2)}\n`);
    await file.sync();
    await place(draft, path);
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  await syncDirectory(dataDirectory);
}

function toFile(dataDirectory: string, record: ClusterRecord): object {
  const inside = record.clusterDirectory.startsWith(dataDirectory + sep);
  return {
    clusterDirectory: inside ? relative(dataDirectory, record.clusterDirectory) : record.clusterDirectory,
    port: record.port,
    adminPassword: record.adminPassword.reveal(),
    ownerPassword: record.ownerPassword.reveal(),
    serverPassword: record.serverPassword.reveal(),
  };
}
