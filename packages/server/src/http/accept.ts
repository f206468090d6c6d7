import Negotiator from 'negotiator';
import { OnfileError, stringArgument } from '../errors.ts';
import type { App } from './app-type.ts';

const anything = '*/*';
/** Several times what any client sends; reading more would take longer than the rest of a request. */
const longestHeader = 1000;
const onlyJson = ['application/json'] as const;

/**
 * The one of these media types that `Accept` prefers, the first of those it likes equally (RFC 9110, section 12.5.1);
 * null when it excludes them all. A header without any media range says nothing, as one that is beyond reason long.
 */
export function preferredType<Type extends string>(accept: string | undefined, types: readonly Type[]): Type | null {
  const [first] = types;
  if (first === undefined) return null;
  if (accept === undefined || accept === anything || accept === first) return first;
  if (accept.length > longestHeader || !accept.includes('/')) return first;
  const negotiator = new Negotiator({ headers: { accept } });
  const [best] = negotiator.mediaTypes([...types]);
  // Clients name a charset or a version beside a type; what we have of it is what they mean.
  const named = best ?? negotiator.mediaTypes().find((range) => types.some((type) => type === range.toLowerCase()));
  return types.find((type) => type === named?.toLowerCase()) ?? null;
}

/**
 * Answers 406 with the types that there are where the caller accepts none of them, before anything is done. Failures are
 * JSON whatever was asked for. Pages, scripts and files of the customer's are what they are.
 */
export function refuseUnacceptable(app: App): void {
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const { schema, config } = request.routeOptions;
    if (request.is404 || schema === undefined || schema.hide === true) return done();
    const types = config.answers ?? onlyJson;
    if (preferredType(request.headers.accept, types) !== null) return done();
    return done(new OnfileError('errormessage.not.acceptable', { args: [stringArgument(types.join(', '))] }));
  });
}
