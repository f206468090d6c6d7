/** A process of its own: what it costs the processor must not be mixed with what it measures. */
import { HttpConnection, type RequestSource } from './http-connection.ts';
import { instrumentUpdates } from './instrument-updates.ts';
import type { LoadFiles, LoadJob, LoadResult } from './load-process.ts';
import { type OpenLoopJob, runOpenLoop } from './open-loop.ts';
import { recordUpdates } from './record-updates.ts';
import { percentile } from './statistics.ts';

const shownFailures = 3;

async function run(job: LoadJob, source: RequestSource): Promise<LoadResult> {
  const milliseconds: number[] = [];
  const failures: string[] = [];
  let failed = 0;
  let left = job.most;
  const begin = performance.now();
  const end = begin + job.seconds * 1000;
  const work = async (): Promise<void> => {
    const connection = new HttpConnection(new URL(job.url));
    while (left-- > 0 && performance.now() < end) {
      const exchange = source.next();
      if (exchange === null) break;
      const sent = performance.now();
      const { status, body } = await connection.send(exchange.request);
      exchange.answered(status, body);
      if (status === 200) milliseconds.push(performance.now() - sent);
      else if (++failed <= shownFailures) failures.push(`${status} ${body.toString()}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: job.connections }, work));
  const seconds = (performance.now() - begin) / 1000;
  return {
    answered: milliseconds.length,
    failed,
    failures,
    perSecond: milliseconds.length / seconds,
    p50: percentile(milliseconds, 0.5),
    p99: percentile(milliseconds, 0.99),
  };
}

function sourcesOf(files: LoadFiles): Record<LoadJob['kind'], RequestSource> {
  return { put: recordUpdates(files), post: instrumentUpdates(files) };
}

let sources: Record<LoadJob['kind'], RequestSource> | undefined;
process.on('message', (message: LoadFiles | LoadJob | OpenLoopJob) => {
  if ('recordsFile' in message) {
    sources = sourcesOf(message);
    process.send?.('ready');
  } else if (sources) {
    const done = 'kind' in message ? run(message, sources[message.kind]) : runOpenLoop(message, sources.put);
    done.then(
      (result) => process.send?.(result),
      (error: unknown) => {
        process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  }
});
