import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { preferredType } from './accept.ts';
import type { Answer } from './endpoint.ts';

const mediaTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;

/** What a file that is streamed may be, for the description of its endpoint. */
export const fileTypes = ['text/csv', 'application/x-ndjson'] as const;

type Format = keyof typeof mediaTypes;

/** The format that the query names, else the one that `Accept` prefers. */
export const formatOf = (query: { format?: Format }, { accept }: IncomingHttpHeaders): Format =>
  query.format ?? (preferredType(accept, fileTypes) === 'application/x-ndjson' ? 'ndjson' : 'csv');

/** A file that is made while it is taken. When a piece fails, the connection is cut: a clean end would be a lie. */
export const fileAnswer = (
  name: string,
  { format, pieces }: { format: Format; pieces: AsyncIterable<string> },
): Answer => ({
  headers: {
    'content-type': mediaTypes[format],
    'content-disposition': `attachment; filename="${name}.${format}"`,
  },
  body: Readable.from(withText(pieces)),
});

/** An empty piece would end the stream's turn, and some readers of streams, for nothing. */
async function* withText(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) if (piece !== '') yield piece;
}
