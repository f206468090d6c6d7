import { Readable } from 'node:stream';
import type { Answer } from './endpoint.ts';

const mediaTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;

/** What a file that is streamed may be, for the description of its endpoint. */
export const fileTypes = ['text/csv', 'application/x-ndjson'] as const;

/** A file that is made while it is taken. When a piece fails, the connection is cut: a clean end would be a lie. */
export const fileAnswer = (
  name: string,
  { format, pieces }: { format: keyof typeof mediaTypes; pieces: AsyncIterable<string> },
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
