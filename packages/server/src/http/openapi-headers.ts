type Operation = {
  security?: readonly object[];
  deprecated?: boolean;
  responses: Record<string, { headers?: Record<string, object> }>;
};
type Paths = Record<string, Record<string, Operation>>;

const text = (description: string): object => ({ description, schema: { type: 'string' } });

/** Headers of answers, once in the document; each answer refers to them. */
const described = {
  'X-Trace-Id': text('Decimal id of the request, the `traceId` of a failure; quote it when asking for help'),
  'X-Request-Id': text('The `X-Request-Id` of the request, where it was one of up to 128 plain characters'),
  RateLimit: text('What is left of the limit, and for how many seconds: `"requests";r=999;t=60`'),
  'RateLimit-Policy': text('The limit of this caller on this endpoint: `"requests";q=1000;w=60`'),
  'Retry-After': text('Seconds after which the request may be sent again'),
  'WWW-Authenticate': text('A way to authenticate'),
  ETag: text('The version that this is, for `If-Match`'),
  Deprecation: text('Since when this should not be used any more (RFC 9745)'),
  Sunset: text('When it may be gone (RFC 8594)'),
} as const;
type Name = keyof typeof described;

function namesOf(status: string, { security = [], deprecated, responses }: Operation): Name[] {
  const isLimited = security.length > 0 && status !== '401' && status !== '403';
  return [
    'X-Trace-Id',
    'X-Request-Id',
    ...(isLimited ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    ...(status === '429' || status === '503' ? (['Retry-After'] as const) : []),
    ...(status === '401' ? (['WWW-Authenticate'] as const) : []),
    ...(status.startsWith('2') && '412' in responses ? (['ETag'] as const) : []),
    ...(deprecated ? (['Deprecation', 'Sunset'] as const) : []),
  ];
}

/** Adds to an OpenAPI document which headers each answer carries beside those of HTTP itself. */
export function describeHeaders<Document extends object>(document: Document): Document {
  const { paths = {}, components } = document as { paths?: Paths; components?: { headers?: object } };
  if (components) components.headers = described;
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const [status, answer] of Object.entries(operation.responses)) {
      const names = namesOf(status, operation);
      answer.headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
    }
  }
  return document;
}
