import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { BulkLoadResultsQuery } from '../../contract/bulk-load-results.ts';
import { followBulkLoad, type Sighting } from '../../ops/bulk-loads/follow.ts';
import { readBulkLoadResults } from '../../ops/bulk-loads/read-results.ts';
import { type Explain, resultsFile } from '../../ops/bulk-loads/results-file.ts';
import { createLoadWatchers } from '../../ops/bulk-loads/watchers.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';
import { fileAnswer, fileTypes, formatOf } from '../file-answer.ts';
import { explainedLoad } from './bulk-loads.ts';

const loadPath = Type.Object({ tenantId: Type.String(), loadId: Type.String() });

/** As server-sent events (HTML, section 9.2); a line that begins with a colon only keeps the connection alive. */
async function* eventsOf(sightings: AsyncIterable<Sighting>, explain: Explain): AsyncGenerator<string> {
  for await (const seen of sightings) {
    yield seen ? `id: ${seen.change}\ndata: ${JSON.stringify(explainedLoad(seen.shown, explain))}\n\n` : ':\n\n';
  }
}

/** What comes and came of loads, streamed. */
export function serveBulkLoadResults(app: App, services: Services): void {
  const watchers = createLoadWatchers();
  // Whoever watches is sent away at once, or a drain would take as long as they watch.
  app.addHook('preClose', (done) => {
    watchers.stop();
    done();
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/bulkLoads/:tenantId/:loadId/results',
    security: 'access-token',
    operation: readBulkLoadResults,
    summary: 'Download what came of the rows of a bulk load',
    description:
      'In the order of the file; `record_no` counts its data rows from 1. A row that failed has the error that a request ' +
      'with it would have got, in the language of `Accept-Language`.',
    tag: 'Records API',
    params: loadPath,
    query: BulkLoadResultsQuery,
    success: { schema: Type.String(), streams: fileTypes },
    input: ({ params, query, headers }) => ({ ...query, format: formatOf(query, headers), id: params.loadId }),
    present: (results, _, explain) =>
      fileAnswer('results', { format: results.format, pieces: resultsFile(results, explain) }),
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/bulkLoads/:tenantId/:loadId/progress',
    security: 'access-token',
    operation: followBulkLoad,
    summary: 'Follow a bulk load',
    description:
      'Server-sent events: the load as it is now, again whenever it has changed, and for the last time when it is over. ' +
      'After ten minutes the stream ends; ask again to go on.',
    tag: 'Records API',
    params: loadPath,
    success: { schema: Type.String(), streams: ['text/event-stream'] },
    input: ({ params, gone }) => ({ id: params.loadId, watchers, gone: gone() }),
    present: (sightings, _, explain) => ({
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      body: Readable.from(eventsOf(sightings, explain)),
    }),
  });
}
