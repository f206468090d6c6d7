import { beginWait, endWait, inSharedWork, type Wait } from '../telemetry/tracing.ts';
import { isSqlError, sqlState } from './database.ts';
import type { QueueTime } from './queue-time.ts';

/** SQLSTATE of a deadlock and of a serialization failure: the same statement may well succeed the next time. */
const inTheWay: ReadonlySet<string> = new Set(['40P01', '40001']);

type Waiting<Input, Output> = {
  input: Input;
  since: number;
  keys: readonly string[];
  wait: Wait | null;
  resolve: (output: Output) => void;
  reject: (error: unknown) => void;
};

/**
 * Gathers what concurrent requests of one tenant want done into one multi-row statement. While a statement runs, new
 * requests wait and form the next one, so the rows per statement grow with the load and a lone request waits for
 * nothing. How many lanes are best is open: docs/decisions/0006 could not tell one to four apart.
 */
export class Gathering<Input, Output> {
  readonly #name: string;
  readonly #run: (tenantId: string, inputs: readonly Input[]) => Promise<readonly Output[]>;
  readonly #keysOf: (input: Input) => readonly string[];
  readonly #lanes: number;
  readonly #most: number;
  readonly #waits: QueueTime | undefined;
  readonly #tenants = new Map<string, { waiting: Waiting<Input, Output>[]; running: number; scheduled: boolean }>();

  constructor(options: {
    /** As a trace shows the wait. */
    name: string;
    /** One statement for many inputs; answers one output for each, in their order. */
    run: (tenantId: string, inputs: readonly Input[]) => Promise<readonly Output[]>;
    /** Inputs that share a key never go into the same statement: the later one sees what the earlier one did. */
    keysOf?: (input: Input) => readonly string[];
    lanes: number;
    most: number;
    /** Is told how long each input waited for its statement. */
    waits?: QueueTime;
  }) {
    this.#name = options.name;
    this.#run = options.run;
    this.#keysOf = options.keysOf ?? (() => []);
    this.#lanes = options.lanes;
    this.#most = options.most;
    this.#waits = options.waits;
  }

  /** Resolves to this input's own output, or rejects with its own error. */
  submit(tenantId: string, input: Input): Promise<Output> {
    let queue = this.#tenants.get(tenantId);
    if (!queue) {
      queue = { waiting: [], running: 0, scheduled: false };
      this.#tenants.set(tenantId, queue);
    }
    const { waiting } = queue;
    const wait = beginWait(this.#name);
    const result = new Promise<Output>((resolve, reject) => {
      waiting.push({ input, since: performance.now(), keys: this.#keysOf(input), wait, resolve, reject });
    });
    this.#schedule(tenantId);
    return wait === null ? result : endWait(wait, result);
  }

  /** Waits for the end of the current turn, so that requests that were read together are gathered together. */
  #schedule(tenantId: string): void {
    const queue = this.#tenants.get(tenantId);
    if (!queue || queue.scheduled || queue.running >= this.#lanes) return;
    queue.scheduled = true;
    setImmediate(() => {
      queue.scheduled = false;
      const batch = this.#take(queue.waiting);
      if (batch.length === 0) return;
      const now = performance.now();
      for (const { since } of batch) this.#waits?.add(now - since);
      queue.running++;
      this.#settle(tenantId, batch)
        .finally(() => {
          queue.running--;
          if (queue.waiting.length > 0) this.#schedule(tenantId);
          else if (queue.running === 0 && !queue.scheduled) this.#tenants.delete(tenantId);
        })
        .catch(() => undefined);
      if (queue.waiting.length > 0) this.#schedule(tenantId);
    });
  }

  #take(waiting: Waiting<Input, Output>[]): Waiting<Input, Output>[] {
    const taken: Waiting<Input, Output>[] = [];
    const left: Waiting<Input, Output>[] = [];
    const keys = new Set<string>();
    for (const one of waiting) {
      if (taken.length < this.#most && !one.keys.some((key) => keys.has(key))) taken.push(one);
      else left.push(one);
      for (const key of one.keys) keys.add(key);
    }
    waiting.splice(0, waiting.length, ...left);
    return taken;
  }

  /**
   * When PostgreSQL refuses the statement, nothing of it was applied: each input gets a statement of its own, so that
   * one bad row fails alone, and one that was only in another's way gets a second try. A lost connection may have
   * committed, so it is nobody's second try.
   */
  async #settle(tenantId: string, batch: readonly Waiting<Input, Output>[], isRetry = false): Promise<void> {
    try {
      const inputs = batch.map((one) => one.input);
      const waits = batch.map((one) => one.wait);
      const outputs = await inSharedWork(waits, () => this.#run(tenantId, inputs));
      for (const [n, one] of batch.entries()) one.resolve(outputs[n] as Output);
    } catch (error) {
      const wasInTheWay = !isRetry && inTheWay.has(sqlState(error) ?? '');
      if ((batch.length === 1 && !wasInTheWay) || !isSqlError(error)) {
        for (const one of batch) one.reject(error);
        return;
      }
      for (const one of batch) await this.#settle(tenantId, [one], batch.length === 1);
    }
  }
}
