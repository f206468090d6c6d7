import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * The only fields that a log line may hold, besides `time`, `level` and a fixed sentence in `msg`. What is not listed
 * is dropped, so that no header, body, URL or message of an error can reach the log by accident.
 */
export const loggedFields: ReadonlySet<string> = new Set([
  'traceId',
  'requestId',
  'method',
  'route',
  'status',
  'durationMs',
  'aborted',
  'tenantId',
  'callerId',
  'callerKind',
  'errorCode',
  'err',
  'job',
  'attempt',
  'count',
  'pid',
  'port',
]);

const longestCauseChain = 4;
const printableCode = /^[\w.-]{1,64}$/;
const stackFrame = /^ {4}at /;

type LoggedError = { class: string; code?: string; frames: string[]; cause?: LoggedError };

/** The frames alone: a stack begins with the message, which may hold a caller's input over several lines. */
function framesOf(error: Error): string[] {
  const stack = error.stack ?? '';
  const afterMessage = stack.indexOf(error.message) + error.message.length;
  const frames = stack.slice(afterMessage).split('\n');
  return frames.filter((line) => stackFrame.test(line)).map((line) => line.trim());
}

/** An error as the log may show it: class, code and stack frames of it and its causes, never the message. */
function loggedError(error: unknown, depth = 1): LoggedError {
  if (!(error instanceof Error)) return { class: typeof error, frames: [] };
  const code = 'code' in error && printableCode.test(String(error.code)) ? { code: String(error.code) } : {};
  const hasCause = error.cause !== undefined && depth < longestCauseChain;
  return {
    class: error.constructor.name,
    ...code,
    frames: framesOf(error),
    ...(hasCause ? { cause: loggedError(error.cause, depth + 1) } : {}),
  };
}

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (loggedFields.has(name)) kept[name] = value;
  return kept;
}

/** Without a sentence of ours, pino would print the message of the error that it is given. */
function withSentence(first: unknown, rest: unknown[]): [unknown, ...unknown[]] {
  const holdsError = first instanceof Error || (typeof first === 'object' && first !== null && 'err' in first);
  return holdsError && rest.length === 0 ? [first, 'error'] : [first, ...rest];
}

/**
 * The structured log: one JSON object a line, with ISO time and a level name.
 *
 * @param level the lowest level that is written, such as `info`
 * @param destination where lines go; standard error when left out, since standard output is for people
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => loggedError(error) },
      formatters: { level: (label) => ({ level: label }), log: allowed, bindings: allowed },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          Reflect.apply(method, this, withSentence(first, rest));
        },
      },
    },
    destination ?? pino.destination(2),
  );
}
