import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorStatuses } from '../../error-codes.ts';
import type { App } from '../app-type.ts';
import { toOnfileError } from '../error-map.ts';

/** A call of the main job, with no more of its address than its route or the ids of records in it. */
export type DemoCall = {
  /** Unlike any other process's. */
  id: string;
  at: string;
  by: 'component' | 'shop';
  method: string;
  path: string;
  status: number;
  milliseconds: number;
};

type TimedCall = Pick<DemoCall, 'method' | 'path'>;

export type CallLog = {
  /** The latest calls that this process answered, the oldest first. */
  latest(): readonly DemoCall[];
  /** Runs what a backend would call over HTTP, and notes it with the status that it would have got. */
  noteOwn<Result>(call: TimedCall, run: () => Promise<Result>): Promise<Result>;
};

const mostCalls = 100;
const okStatus = 200;

/** Notes what the demo tenant's component asks of the gateway API: tokens in its addresses stay out, as in the log. */
export function keepCallLog(app: App, tenantId: string, now: () => Date): CallLog {
  const calls: DemoCall[] = [];
  let count = 0;

  const note = (call: Omit<DemoCall, 'id' | 'at'>): void => {
    count += 1;
    calls.push({ ...call, id: `${process.pid}.${count}`, at: now().toISOString() });
    if (calls.length > mostCalls) calls.shift();
  };

  app.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    const { authenticated, method, routeOptions } = request;
    if (authenticated?.tenant.tenantId === tenantId && authenticated.caller.kind === 'session') {
      const path = (routeOptions.url ?? '').replaceAll(/:(\w+)/g, '{$1}');
      const milliseconds = Math.round(reply.elapsedTime);
      note({ by: 'component', method, path, status: reply.statusCode, milliseconds });
    }
    done();
  });

  return {
    latest: () => calls,
    async noteOwn({ method, path }, run) {
      const startedAt = performance.now();
      const noteStatus = (status: number): void =>
        note({ by: 'shop', method, path, status, milliseconds: Math.round(performance.now() - startedAt) });
      try {
        const result = await run();
        noteStatus(okStatus);
        return result;
      } catch (error) {
        noteStatus(errorStatuses[toOnfileError(error).code]);
        throw error;
      }
    },
  };
}
