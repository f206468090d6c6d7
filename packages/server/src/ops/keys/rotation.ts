import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { listTenantKeys } from '../../store/keys.ts';
import type { OnDamaged } from './damaged.ts';

/** A new key is announced for so long before it is used: by then every process has read it, whatever its clock says. */
export const announcedMs = 5_000;
/** How long a request may take that began under the keys before, unless the caller says otherwise. */
export const graceMs = 120_000;

/** What a rotation is doing; `total` is null where it is not known. */
export type RotationStage = 'waiting' | 'tenant' | 'customers' | 'stragglers';

export type RotationOptions = {
  /** Milliseconds that a request may take which began under the keys before. */
  graceMs: number;
  onProgress: (stage: RotationStage, done: number, total: number | null) => void;
  /** Called for each row that does not open, once or several times; the rest is rotated. */
  onDamaged: OnDamaged;
  /** Ends the work between two stretches by throwing its reason; the next run goes on from there. */
  signal: AbortSignal;
};

const lookAgainMs = 200;

/** Waits until an instant by the clock of the services; the keys are read again meanwhile and at the end. */
export async function waitUntil(ctx: Context, instant: Date, options: RotationOptions): Promise<void> {
  const { tenantId } = ctx.tenant;
  const begun = ctx.now().getTime();
  const total = Math.max(0, instant.getTime() - begun);
  for (;;) {
    options.signal.throwIfAborted();
    const passed = ctx.now().getTime() - begun;
    options.onProgress('waiting', Math.min(passed, total), total);
    if (passed >= total) break;
    await delay(Math.min(lookAgainMs, total - passed), undefined, { signal: options.signal });
  }
  await ctx.keys.take(await listTenantKeys(ctx.db, tenantId));
}
