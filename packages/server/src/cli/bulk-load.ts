import { open } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import { type BulkLoadOrder, bulkLoadFormats } from '../contract/bulk-load.ts';
import { createBulkLoad } from '../ops/bulk-loads/create.ts';
import type { ShownBulkLoad } from '../ops/bulk-loads/present.ts';
import { readBulkLoadResults, type ShownResult } from '../ops/bulk-loads/read-results.ts';
import { resultsFile } from '../ops/bulk-loads/results-file.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Answer, Perform } from './answer.ts';
import { type BulkLoadFile, openBulkLoadFile } from './bulk-load-file.ts';
import { runLoad } from './bulk-load-run.ts';
import { summaryOf } from './bulk-load-summary.ts';
import { failureOf } from './failure.ts';
import { commandLineCaller } from './installation.ts';
import { listenForInterruption } from './interruption.ts';
import { progressBar } from './progress-bar.ts';

type Options = {
  tenant: string;
  format?: 'csv' | 'ndjson';
  mode: 'upsert' | 'create';
  dryRun?: true;
  mapping?: Record<string, string | null>;
  nullMarker?: string;
  missingContacts: 'refuse' | 'create';
  failedTo?: string;
};

const failuresShown = 5;

/** `COLUMN=PATH`, once for each column; an empty path leaves the column out. */
function mappingOption(text: string, before: Record<string, string | null> = {}): Record<string, string | null> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be COLUMN=PATH, such as Town=billing_address.city.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) || null };
}

/** `onfile bulk-load`: a file of records, loaded by the running server. */
export const bulkLoadCommand = (perform: Perform): Command =>
  new Command('bulk-load')
    .description('load a file of records; exits with 1 when a row failed')
    .argument('<file>', 'CSV or NDJSON, packed by gzip or not; - is standard input')
    .requiredOption('--tenant <id>', 'whose records')
    .addOption(new Option('--format <format>', 'as the name says when left out').choices(bulkLoadFormats))
    .addOption(
      new Option('--mode <mode>', 'whether a row may change a record that is on file')
        .choices(['upsert', 'create'])
        .default('upsert'),
    )
    .option('--dry-run', 'check every row and write nothing')
    .option(
      '--mapping <column=path>',
      'the field of a column that has another name; an empty path leaves it out',
      mappingOption,
    )
    .option('--null-marker <text>', 'a cell of this text clears the field')
    .addOption(
      new Option('--missing-contacts <what>', 'what to do about a contact that does not exist')
        .choices(['refuse', 'create'])
        .default('refuse'),
    )
    .option('--failed-to <file>', 'where to write which rows failed and why; .ndjson or else CSV')
    .action(async (path: string, options: Options) => {
      const file = await openBulkLoadFile(path, options.format);
      await perform(async (services) => {
        const ctx = await tenantContext(services, options.tenant, commandLineCaller());
        return loadFile(ctx, file, options);
      });
    });

async function loadFile(ctx: Context, file: BulkLoadFile, options: Options): Promise<Answer> {
  // Before anything is loaded: a place that cannot be written to is better known at once.
  const failedTo = options.failedTo === undefined ? undefined : await open(options.failedTo, 'w');
  const bar = progressBar();
  const interruption = listenForInterruption();
  try {
    const { load } = await createBulkLoad(ctx, { body: orderOf(file, options) });
    const ended = await runLoad(ctx, load.id, file, { bar, asked: interruption.signal });
    bar.end();
    if (failedTo) {
      const format = /\.(?:ndjson|jsonl)$/i.test(options.failedTo ?? '') ? 'ndjson' : 'csv';
      const results = await readBulkLoadResults(ctx, { id: load.id, outcome: 'failed', format });
      const explain = (error: unknown) => ({ ...failureOf(error), typedArgs: typedArgsOf(error) });
      for await (const piece of resultsFile(results, explain)) await failedTo.write(piece);
    }
    const failures = failedTo ? [] : await firstFailures(ctx, ended);
    return {
      document: { ...ended.load, ...(ended.failure ? { error: failureOf(ended.failure) } : {}) },
      text: summaryOf(ended, failures, options.failedTo),
      isFailure: ended.load.state !== 'done' || ended.load.failed > 0,
    };
  } finally {
    bar.end();
    interruption.end();
    await failedTo?.close();
  }
}

const typedArgsOf = (error: unknown): unknown => (error instanceof Error && 'args' in error ? error.args : []);

const orderOf = (file: BulkLoadFile, options: Options): BulkLoadOrder => ({
  format: file.format,
  compression: file.compression,
  mode: options.mode,
  dry_run: options.dryRun ?? false,
  missing_contacts: options.missingContacts,
  ...(file.name === undefined ? {} : { source_file: file.name }),
  ...(options.mapping ? { mapping: options.mapping } : {}),
  ...(options.nullMarker === undefined ? {} : { null_marker: options.nullMarker }),
});

async function firstFailures(ctx: Context, { load }: ShownBulkLoad): Promise<ShownResult[]> {
  const { pages } = await readBulkLoadResults(ctx, { id: load.id, outcome: 'failed' });
  const failures: ShownResult[] = [];
  for await (const page of pages) {
    failures.push(...page);
    if (failures.length >= failuresShown) break;
  }
  return failures.slice(0, failuresShown);
}
