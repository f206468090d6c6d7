import type { ErrorStatus } from './openapi.ts';

const everywhere = [400, 401, 403, 406, 429, 500, 503] as const;
const onWrites = [409, 413, 415, 422] as const;
/** Bytes of any type, which are sent again at their offset without an Idempotency-Key. */
const onStreams = [409, 413] as const;

type Documented = {
  method: string;
  url: string;
  security: string;
  takesStream?: boolean;
  answersUnknown?: boolean;
  failures?: readonly ErrorStatus[];
};

/** Whether the path names something that may not exist. An access token is good for the path's tenant or for none. */
const namesSomething = ({ url, security }: Documented): boolean =>
  url.replace(security === 'access-token' ? ':tenantId' : '', '').includes(':');

/** The statuses with which an endpoint can fail: those that follow from what it is, and those that it names itself. */
export function documentedFailures(endpoint: Documented): ErrorStatus[] {
  const ofWrites = endpoint.takesStream ? onStreams : onWrites;
  return [
    ...new Set<ErrorStatus>([
      ...everywhere,
      ...(namesSomething(endpoint) && !endpoint.answersUnknown ? ([404] as const) : []),
      ...(endpoint.method === 'GET' ? [] : ofWrites),
      ...(endpoint.failures ?? []),
    ]),
  ];
}
