import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Logger } from 'pino';
import type { TextSetting } from '../locales/format-argument.ts';
import type { CredentialHeader } from './known-callers.ts';

/** The app that routes are registered on: its schemas are TypeBox's, and give a handler its types. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  Logger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant's locale and time zone, once the caller is known. */
    tenantLocale: TextSetting | null;
    /** Who calls, for the log line only. */
    logCaller: { tenantId: string; callerId: string; callerKind?: string } | null;
    /** The header whose credential told who calls. */
    knownBy: CredentialHeader | null;
    /** The code that the caller was answered with, for the log line only. */
    errorCode: string | null;
  }

  interface FastifyContextConfig {
    /** The route also takes `application/x-www-form-urlencoded`, which is otherwise answered with 415. */
    takesForm?: boolean;
    /** The body is left unread for the route, whatever its type: it may be larger than memory. */
    takesStream?: boolean;
    /** The media types that the route answers with, the first by itself; JSON alone when left out. */
    answers?: readonly string[];
  }
}
