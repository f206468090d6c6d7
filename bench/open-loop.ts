import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection, type RequestSource } from './http-connection.ts';
import { percentile } from './statistics.ts';

export type OpenLoopJob = {
  url: string;
  seconds: number;
  /** Sent whether or not those before are answered. */
  perSecond: number;
  /** The most requests that can be unanswered at once; further ones stay unsent. */
  connections: number;
};

/** The times are in milliseconds. */
export type Answers = { perSecond: number; p50: number; p99: number };

export type OpenLoopResult = {
  offeredPerSecond: number;
  unsent: number;
  unanswered: number;
  /** With 200. */
  accepted: Answers;
  /** With 503. */
  shed: Answers;
  other: { status: number; count: number }[];
};

const accepted = 200;
const shed = 503;
const longestWaitMs = 30_000;

/** Sends requests when they are due, each on a connection that has nothing else to do. Times count from the sending. */
export async function runOpenLoop(job: OpenLoopJob, source: RequestSource): Promise<OpenLoopResult> {
  const idle = Array.from({ length: job.connections }, () => new HttpConnection(new URL(job.url)));
  const milliseconds = new Map<number, number[]>();
  let unsent = 0;
  const send = async (connection: HttpConnection): Promise<void> => {
    const exchange = source.next();
    if (exchange === null) return;
    const sent = performance.now();
    const { status, body } = await connection.send(exchange.request);
    exchange.answered(status, body);
    const took = performance.now() - sent;
    const times = milliseconds.get(status);
    if (times) times.push(took);
    else milliseconds.set(status, [took]);
    idle.push(connection);
  };
  const begin = performance.now();
  let offered = 0;
  while (performance.now() - begin < job.seconds * 1000) {
    const due = ((performance.now() - begin) / 1000) * job.perSecond;
    for (; offered < due; offered++) {
      const connection = idle.pop();
      if (connection) void send(connection);
      else unsent += 1;
    }
    await delay(1);
  }
  const seconds = (performance.now() - begin) / 1000;
  const deadline = performance.now() + longestWaitMs;
  while (idle.length < job.connections && performance.now() < deadline) await delay(10);
  const unanswered = job.connections - idle.length;
  for (const connection of idle) connection.close();

  const timesOf = (status: number): Answers => {
    const times = milliseconds.get(status) ?? [];
    return { perSecond: times.length / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
  };
  return {
    offeredPerSecond: offered / seconds,
    unsent,
    unanswered,
    accepted: timesOf(accepted),
    shed: timesOf(shed),
    other: [...milliseconds]
      .filter(([status]) => status !== accepted && status !== shed)
      .map(([status, times]) => ({ status, count: times.length })),
  };
}
