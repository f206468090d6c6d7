import type { FaultTenant } from '../client.ts';

/** How a load begins. Credentials go over the channel, not onto the command line. */
export type LoadOrder = { url: string; tenant: FaultTenant; journalPath: string; seed: number };

export type ToLoad = { order: LoadOrder } | 'pause' | 'resume' | 'stop';

/** `acknowledged` counts the updates that were answered with success so far, in each dialect. */
export type FromLoad = 'paused' | { acknowledged: { records: number; instruments: number } };
