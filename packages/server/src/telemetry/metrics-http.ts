import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import { addCounter, addGauge } from './add-metric.ts';
import { DurationHistogram, type DurationSeries } from './duration-histogram.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';

/** How a request ended. `status` is null where its client went away before it had the answer. */
export type RequestEnd = {
  method: string;
  /** The pattern; null for a path that no route has. */
  route: string | null;
  status: number | null;
  durationMs: number;
  errorCode: string | null;
};

/** From the quickest of our answers to the longest that a caller may wait for events. */
const boundsInSeconds = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of what is no HTTP. */
const unparsed = 'none';
/** Node parses some thirty more, and whoever sends them chooses which. */
const namedMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  unparsed,
]);
const msPerSecond = 1000;

type RequestsOfKind = { method: string; route: string; status: string; count: number; durations: DurationSeries };

/**
 * What of HTTP is counted. Labels are taken from closed lists alone: routes' patterns, statuses, error codes; nobody's
 * id and nothing that a caller sent.
 */
export class HttpMetrics {
  readonly #durations = new DurationHistogram<'method' | 'route' | 'status_class'>(
    'onfile_http_request_duration_seconds',
    'How long requests took, from their headers to the end of their answer.',
    boundsInSeconds,
  );
  readonly #kinds: RequestsOfKind[] = [];
  /** The same by route, method and status: texts that are there anyway are found without making another one. */
  readonly #kindsByRoute = new Map<string | null, Map<string, Map<number | null, RequestsOfKind>>>();
  readonly #errors = new Map<string, number>();
  #shed = 0;
  #inFlight = 0;
  #admission: { readonly limit: number } | null = null;

  constructor(registry: Registry) {
    const kinds = this.#kinds;
    const errors = this.#errors;
    const shed = () => this.#shed;
    const inFlight = () => this.#inFlight;
    const admission = () => this.#admission;
    addCounter(registry, {
      name: 'onfile_http_requests_total',
      help: 'Requests that were answered, or left by their client before.',
      labelNames: ['method', 'route', 'status'],
      collect() {
        this.reset();
        for (const { method, route, status, count } of kinds) this.inc({ method, route, status }, count);
      },
    });
    addCounter(registry, {
      name: 'onfile_http_errors_total',
      help: 'Answers that carried an error, by its code.',
      labelNames: ['code'],
      collect() {
        this.reset();
        for (const [code, count] of errors) this.inc({ code }, count);
      },
    });
    addCounter(registry, {
      name: 'onfile_http_requests_shed_total',
      help: 'Requests refused with 503 because more came than can be served; they are in no other count.',
      collect() {
        this.reset();
        this.inc(shed());
      },
    });
    addGauge(registry, {
      name: 'onfile_http_requests_in_flight',
      help: 'Requests that are being worked on or answered.',
      collect() {
        this.set(inFlight());
      },
    });
    addGauge(registry, {
      name: 'onfile_http_admission_limit',
      help: 'How many requests may be worked on at once before further ones are refused with 503.',
      collect() {
        this.remove();
        const limits = admission();
        if (limits) this.set(limits.limit);
      },
    });
  }

  ended({ method, route, status, durationMs, errorCode }: RequestEnd): void {
    const kind = this.#kindsByRoute.get(route)?.get(method)?.get(status) ?? this.#kindOf(method, route, status);
    kind.count += 1;
    kind.durations.observe(durationMs / msPerSecond);
    if (errorCode !== null) this.#errors.set(errorCode, (this.#errors.get(errorCode) ?? 0) + 1);
  }

  /** What was no HTTP, or did not arrive in time: there is no method and no route. */
  endedUnparsed(status: number, errorCode: string): void {
    this.ended({ method: unparsed, route: null, status, durationMs: 0, errorCode });
  }

  shed(): void {
    this.#shed += 1;
  }

  follow(server: Server): void {
    server.on('request', (_request, response) => {
      this.#inFlight += 1;
      response.once('close', () => {
        this.#inFlight -= 1;
      });
    });
  }

  followAdmission(admission: { readonly limit: number }): void {
    this.#admission = admission;
  }

  snapshot(): MetricSnapshot[] {
    return [this.#durations.snapshot()];
  }

  #kindOf(sentMethod: string, route: string | null, status: number | null): RequestsOfKind {
    const method = namedMethods.has(sentMethod) ? sentMethod : 'other';
    const byMethod = this.#kindsByRoute.get(route) ?? new Map<string, Map<number | null, RequestsOfKind>>();
    const byStatus = byMethod.get(method) ?? new Map<number | null, RequestsOfKind>();
    const known = byStatus.get(status);
    if (known) return known;
    const labels = { method, route: route ?? 'unknown' };
    const statusClass = status === null ? 'aborted' : `${Math.floor(status / 100)}xx`;
    const durations = this.#durations.series({ ...labels, status_class: statusClass });
    const kind = { ...labels, status: status === null ? 'aborted' : String(status), count: 0, durations };
    this.#kinds.push(kind);
    this.#kindsByRoute.set(route, byMethod.set(method, byStatus.set(status, kind)));
    return kind;
  }
}
