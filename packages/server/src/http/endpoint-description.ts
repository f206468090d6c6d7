import type { TSchema } from 'typebox';
import { type Deprecation, deprecationSentence } from './deprecation.ts';

/** The success of an endpoint, for its description: one schema, or a stream of any of these media types. */
export const successSchema = ({ schema, streams }: { schema: TSchema; streams?: readonly string[] }): object =>
  streams
    ? { description: 'A stream', content: Object.fromEntries(streams.map((type) => [type, { schema }])) }
    : schema;

/** What an endpoint says of itself, with what follows from its definition. */
export function describeEndpoint(endpoint: {
  method: string;
  takesStream?: boolean;
  deprecated?: Deprecation;
  description?: string;
  operation: { scope: string | null };
  takesIfMatch?: boolean;
}): string {
  return [
    endpoint.description ?? '',
    endpoint.deprecated ? deprecationSentence(endpoint.deprecated) : '',
    endpoint.operation.scope ? `Needs the scope \`${endpoint.operation.scope}\`.` : '',
    endpoint.takesIfMatch ? 'Takes `If-Match` with the ETag of the version that the change is based on.' : '',
    endpoint.method === 'GET' || endpoint.takesStream
      ? ''
      : 'Takes `Idempotency-Key`: a retry with the same key gets the first answer, for 24 hours.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
