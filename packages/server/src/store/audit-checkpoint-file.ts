import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';
import type { Checkpoint } from './audit-checkpoints.ts';

const Line = Type.Object({
  tenantId: Type.String(),
  number: Type.Integer(),
  chain: Type.String(),
  at: Type.String(),
  signature: Type.String(),
});
type Line = Static<typeof Line>;

/** More than the longest line. */
const tailBytes = 1024;

/** The file of a tenant's checkpoints: one JSON object a line, only ever added to. */
export const checkpointFile = (directory: string, tenantId: string): string => join(directory, `${tenantId}.jsonl`);

const lineOf = (tenantId: string, { number, chain, at, signature }: Checkpoint): string =>
  `${JSON.stringify({
    tenantId,
    number,
    chain: chain.toString('base64'),
    at: at.toISOString(),
    signature: signature.toString('base64'),
  } satisfies Line)}\n`;

function parseLine(text: string): Checkpoint | null {
  try {
    const { number, chain, at, signature } = Value.Parse(Line, JSON.parse(text));
    const made = new Date(at);
    if (Number.isNaN(made.getTime())) return null;
    return { number, chain: Buffer.from(chain, 'base64'), at: made, signature: Buffer.from(signature, 'base64') };
  } catch {
    return null;
  }
}

/** The number of the last checkpoint in a tenant's file, 0 when it has none that can be read. */
export async function lastCopiedNumber(directory: string, tenantId: string): Promise<number> {
  const tail = await readTail(checkpointFile(directory, tenantId));
  const lines = tail.split('\n').map(parseLine);
  return lines.findLast((line) => line !== null)?.number ?? 0;
}

async function readTail(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, Math.max(0, size - tailBytes));
    return buffer.subarray(0, bytesRead).toString();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

/** Adds checkpoints to a tenant's file; they are on disk when it resolves. The file belongs to this account alone. */
export async function appendCheckpoints(
  directory: string,
  tenantId: string,
  checkpoints: readonly Checkpoint[],
): Promise<void> {
  const path = checkpointFile(directory, tenantId);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const tail = await readTail(path);
  // A line that a crash cut short stays, and is not continued.
  const begin = tail === '' || tail.endsWith('\n') ? '' : '\n';
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(begin + checkpoints.map((checkpoint) => lineOf(tenantId, checkpoint)).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  if (tail === '') await syncDirectory(directory);
}

/** The checkpoints in a tenant's file as they stand there, without lines that are none; null when there is no file. */
export async function readCheckpointFile(directory: string, tenantId: string): Promise<Checkpoint[] | null> {
  const checkpoints: Checkpoint[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(checkpointFile(directory, tenantId)) })) {
      const checkpoint = parseLine(line);
      if (checkpoint) checkpoints.push(checkpoint);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  return checkpoints;
}
