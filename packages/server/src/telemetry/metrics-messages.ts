import type { MetricsSource } from './gathered-metrics.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';
import type { Metrics } from './metrics.ts';

/** What the process that serves the metrics asks another one, or a thread. */
export type MetricsQuestion = { metricsAsked: number };
export type MetricsAnswer = { metricsAnswered: number; snapshot: MetricSnapshot[] };

const longestWaitMs = 10_000;

/** Asks over a channel of messages, where other messages go too. */
export function metricsOver(channel: {
  send: (question: MetricsQuestion) => void;
  onMessage: (listener: (message: unknown) => void) => void;
}): MetricsSource {
  const asked = new Map<number, (snapshot: MetricSnapshot[]) => void>();
  let questions = 0;
  channel.onMessage((message) => {
    if (!isAnswer(message)) return;
    asked.get(message.metricsAnswered)?.(message.snapshot);
    asked.delete(message.metricsAnswered);
  });
  return {
    read() {
      const { promise, resolve, reject } = Promise.withResolvers<MetricSnapshot[]>();
      const question = (questions += 1);
      const forget = setTimeout(() => {
        asked.delete(question);
        reject(new Error('the metrics were not told in time'));
      }, longestWaitMs);
      forget.unref();
      asked.set(question, (snapshot) => {
        clearTimeout(forget);
        resolve(snapshot);
      });
      channel.send({ metricsAsked: question });
      return promise;
    },
  };
}

/** Answers the message if it is a question for metrics, and says whether it was. */
export function answerMetrics(
  message: unknown,
  metrics: Metrics | undefined,
  send: (answer: MetricsAnswer) => void,
): boolean {
  if (!isQuestion(message)) return false;
  const answer = async () => send({ metricsAnswered: message.metricsAsked, snapshot: (await metrics?.read()) ?? [] });
  // Whoever asked goes on without an answer, and the channel may be closed by now.
  answer().catch(() => undefined);
  return true;
}

const isQuestion = (message: unknown): message is MetricsQuestion =>
  typeof message === 'object' && message !== null && 'metricsAsked' in message;

const isAnswer = (message: unknown): message is MetricsAnswer =>
  typeof message === 'object' && message !== null && 'metricsAnswered' in message;
