import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { appendToBulkLoad } from '../ops/bulk-loads/append.ts';
import { cancelBulkLoad } from '../ops/bulk-loads/cancel.ts';
import { getBulkLoad } from '../ops/bulk-loads/get.ts';
import type { ShownBulkLoad } from '../ops/bulk-loads/present.ts';
import { startBulkLoad } from '../ops/bulk-loads/start.ts';
import type { BulkLoadFile } from './bulk-load-file.ts';
import type { ProgressBar } from './progress-bar.ts';

const lookAgainMs = 300;
const megabyte = 1_000_000;
const counted = new Intl.NumberFormat('en');

type Watching = {
  bar: ProgressBar;
  /** Fires when the load is to be given up. */
  asked: AbortSignal;
};

/** Sends the file, starts the load and watches it to its end. Asked to stop, it cancels the load, and watches that. */
export async function runLoad(
  ctx: Context,
  id: string,
  file: BulkLoadFile,
  watching: Watching,
): Promise<ShownBulkLoad> {
  try {
    await sendFile(ctx, id, file, watching);
  } catch (error) {
    await cancelBulkLoad(ctx, { id });
    throw error;
  }
  if (!watching.asked.aborted) await startBulkLoad(ctx, { id });
  return watchToEnd(ctx, id, watching);
}

async function sendFile(ctx: Context, id: string, file: BulkLoadFile, { bar, asked }: Watching): Promise<void> {
  let sent = 0;
  for await (const part of file.parts) {
    if (asked.aborted) return;
    await appendToBulkLoad(ctx, { id, offset: sent, content: partAlone(part), length: part.length });
    sent += part.length;
    bar.show('sending', sent, file.size, `${(sent / megabyte).toFixed(1)} MB`);
  }
}

async function* partAlone(part: Buffer): AsyncGenerator<Buffer> {
  yield part;
}

async function watchToEnd(ctx: Context, id: string, { bar, asked }: Watching): Promise<ShownBulkLoad> {
  let isCancelled = false;
  for (;;) {
    if (asked.aborted && !isCancelled) {
      isCancelled = true;
      bar.end();
      await cancelWhatRuns(ctx, id);
    }
    const shown = await getBulkLoad(ctx, { id });
    const { load } = shown;
    if (load.ended_at !== undefined) return shown;
    const stage = load.state === 'running' ? 'loading' : 'waiting for the server';
    const detail = `${counted.format(load.processed)} rows, ${counted.format(load.failed)} failed`;
    bar.show(stage, load.processed, load.rows, detail);
    await delay(lookAgainMs, undefined, isCancelled ? {} : { signal: asked }).catch(() => undefined);
  }
}

async function cancelWhatRuns(ctx: Context, id: string): Promise<void> {
  process.stderr.write(
    'onfile: cancelling the load; what it has written stays. Press ctrl-C again to leave it to the server: ' +
      `GET /bulkLoads/${ctx.tenant.tenantId}/${id} tells how it ends.\n`,
  );
  // It may just have ended, which the next look shows.
  await cancelBulkLoad(ctx, { id }).catch(() => undefined);
}
