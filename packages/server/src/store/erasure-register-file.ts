import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';

const Line = Type.Object({
  tenantId: Type.String(),
  customerId: Type.Integer(),
  at: Type.String(),
  keyId: Type.String(),
  code: Type.String(),
});

/** An erasure as it stands outside the database; `code` shows that Onfile wrote it. */
export type RegisteredErasure = Static<typeof Line>;

/** The file of a tenant's erasures: one JSON object a line, only ever added to. */
export const registerFile = (directory: string, tenantId: string): string => join(directory, `${tenantId}.jsonl`);

/** Adds an erasure to a tenant's file; it is on disk when it resolves. The file belongs to this account alone. */
export async function appendErasure(directory: string, erasure: RegisteredErasure): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = await open(registerFile(directory, erasure.tenantId), 'a', 0o600);
  try {
    // A line that a crash cut short stays, and is not continued: an empty line does no harm.
    await file.writeFile(`\n${JSON.stringify(erasure)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(directory);
}

/** The erasures of a tenant's file in its order, and how many lines are none; there may be no file. */
export async function readRegister(
  directory: string,
  tenantId: string,
): Promise<{ erasures: RegisteredErasure[]; unreadable: number }> {
  const erasures: RegisteredErasure[] = [];
  let unreadable = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(registerFile(directory, tenantId)) })) {
      if (line === '') continue;
      const erasure = parseLine(line);
      if (erasure) erasures.push(erasure);
      else unreadable += 1;
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  return { erasures, unreadable };
}

function parseLine(text: string): RegisteredErasure | null {
  try {
    return Value.Parse(Line, JSON.parse(text));
  } catch {
    return null;
  }
}
