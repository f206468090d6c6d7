import { OnfileError } from '../errors.ts';
import { formatError } from '../locales/catalog.ts';
import type { TextSetting } from '../locales/format-argument.ts';
import { negotiateLocale } from '../locales/negotiate.ts';

/** A caller that is not known yet has no tenant to take the language from. */
const withoutTenant: TextSetting = { locale: 'en', timeZone: 'UTC' };

/** RFC 9110, section 11.6.1: a 401 names a way to authenticate; the routes that know a better one send their own. */
const defaultChallenge = 'Bearer realm="onfile"';

export type ErrorAnswer = { status: number; headers: Record<string, string>; body: string };

/** What an error's text depends on beside the error. */
type AskedBy = { traceId: string; acceptLanguage?: string | undefined; tenantLocale?: TextSetting | null };

/** The one error body, and the locale that its texts are in. */
export function errorBody(error: OnfileError, request: AskedBy): { locale: string; body: object } {
  const tenant = request.tenantLocale ?? withoutTenant;
  const locale = negotiateLocale(request.acceptLanguage, tenant.locale);
  const setting = { locale, timeZone: tenant.timeZone };
  const { locale: servedIn, told } = inWords(error, setting);
  const errors = error.others.map((other) => inWords(other, setting).told);
  const body = { ...told, traceId: request.traceId, ...(errors.length > 0 ? { errors } : {}) };
  return { locale: servedIn, body };
}

function inWords(error: OnfileError, setting: TextSetting): { locale: string; told: object } {
  const { errorMessage, args, typedArgs, locale } = formatError(error, setting);
  return { locale, told: { errorMessage, errorCode: error.code, reference: error.reference, args, typedArgs } };
}

/** A failure as it goes over the wire, for every dialect and every way of failing. */
export function errorAnswer(error: OnfileError, request: AskedBy): ErrorAnswer {
  const { locale, body } = errorBody(error, request);
  return {
    status: error.status,
    headers: {
      ...(error.status === 401 && { 'www-authenticate': defaultChallenge }),
      ...error.headers,
      'content-type': 'application/json; charset=utf-8',
      'content-language': locale,
      vary: 'accept-language',
    },
    body: JSON.stringify(body),
  };
}
