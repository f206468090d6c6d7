import { once } from 'node:events';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { type Event, longestWait } from '../contract/events.ts';
import { createEventFeed } from '../ops/events/feed.ts';
import { listEvents } from '../ops/events/list.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Answer, Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { wholeNumberOption } from './option-values.ts';
import { table } from './table.ts';

type Selection = { after: number; types?: string };
type EventsOptions = Selection & { tenant: string; follow?: true };

/** `onfile events`: what has happened to a tenant's data, once or as it happens. */
export const eventsCommand = (perform: Perform): Command =>
  new Command('events')
    .description('show the events of a tenant after a number')
    .requiredOption('--tenant <id>', 'whose events')
    .option('--after <number>', 'the last one that is known', wholeNumberOption, 0)
    .option('--types <types>', 'names of types separated by commas; all when left out')
    .option('--follow', 'print each as it happens, one JSON object a line, until ctrl-C')
    .action(async ({ tenant, follow, ...selection }: EventsOptions) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        return follow ? printAsTheyHappen(ctx, selection) : showPage(ctx, selection);
      });
    });

async function showPage(ctx: Context, selection: Selection): Promise<Answer> {
  const page = await listEvents(ctx, {
    query: selection,
    feed: createEventFeed(ctx),
    gone: new AbortController().signal,
  });
  const rows = page.Items.map(({ number, at, type, subject }: Event) => [
    String(number),
    at,
    type,
    subject.id,
    String(subject.version ?? ''),
  ]);
  const shown = table(['number', 'at', 'type', 'subject', 'version'], rows);
  const more = page.LastEvaluatedKey === undefined ? '' : `\n\nMore follow: --after ${page.LastEvaluatedKey}`;
  return { document: page, text: `${shown}${more}` };
}

/** Until ctrl-C, or until nobody reads what is printed. */
async function printAsTheyHappen(ctx: Context, { after, types }: Selection): Promise<Answer> {
  const feed = createEventFeed(ctx);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.stdout.once('error', stop);
  let seen = after;
  while (!stopping.signal.aborted) {
    const query = { after: seen, wait: longestWait, ...(types === undefined ? {} : { types }) };
    const page = await listEvents(ctx, { query, feed, gone: stopping.signal });
    const lines = page.Items.map((event) => `${JSON.stringify(event)}\n`).join('');
    const isTaken = process.stdout.write(lines);
    if (!isTaken) await once(process.stdout, 'drain', { signal: stopping.signal }).catch(() => undefined);
    seen = page.last_number;
  }
  return { document: { tenantId: ctx.tenant.tenantId, last_number: seen }, text: '', isPrinted: true };
}
