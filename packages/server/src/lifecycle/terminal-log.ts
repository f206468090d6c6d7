import type { DestinationStream } from 'pino';

type LogLine = {
  time: string;
  level: string;
  msg: string;
  err?: { class: string; code?: string };
} & { [field: string]: unknown };

const shownInOrder = [
  'method',
  'route',
  'status',
  'errorCode',
  'durationMs',
  'tenantId',
  'job',
  'pid',
  'port',
  'count',
];
const timeOfDay = { from: 11, to: 19 };

/** One log line for a person's eyes: `21:04:11 PUT /storedPaymentMethods/:tenantId/:id 200 7.3ms demo`. */
function readableLine(json: string): string {
  const line: LogLine = JSON.parse(json);
  const level = line.level === 'info' ? [] : [line.level.toUpperCase()];
  const sentence = line.msg === 'request' ? [] : [line.msg];
  const fields = shownInOrder.flatMap((name) => {
    const value = line[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return name === 'durationMs' ? `${value}ms` : `${value}`;
  });
  const error = line.err === undefined ? [] : [`(${[line.err.class, line.err.code ?? []].flat().join(' ')})`];
  const ending = line['aborted'] === true ? ['aborted'] : [];
  return [line.time.slice(timeOfDay.from, timeOfDay.to), ...level, ...sentence, ...fields, ...ending, ...error].join(
    ' ',
  );
}

/** Where the log goes when a person looks on; anything but a terminal gets the JSON lines as they are. */
export const terminalLog = (terminal: { write(text: string): unknown }): DestinationStream => ({
  write: (json) => void terminal.write(`${readableLine(json)}\n`),
});
