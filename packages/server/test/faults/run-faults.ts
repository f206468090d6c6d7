import { type Chapter, openChapter } from './chapter.ts';
import type { Checked } from './check/checker.ts';
import type { Finding } from './check/findings.ts';
import type { Kind } from './kinds/kind.ts';
import { type Random, seededRandom } from './random.ts';
import { type Rig, startRig } from './rig.ts';

export type FaultPlan = {
  seed: number;
  faults: number;
  /** No fault but the first begins later than that after the start of the load; null: until all are done. */
  seconds: number | null;
  kinds: readonly Kind[];
  /** How long to wait at the end for what is to be done at gateways: minutes, where a worker died. */
  taskSeconds: number;
  /** Ends the run as soon as the fault at hand is over, with nothing left running. */
  interrupted?: AbortSignal;
  onOutcome?: (outcome: FaultOutcome) => void;
};

/** One fault: how long it took from its end until both dialects acknowledged again, and what was there then. */
export type FaultOutcome = { number: number; kind: Kind; variant: string; recoveryMs: number; checked: Checked };

export type FaultReport = {
  seed: number;
  durationMs: number;
  outcomes: FaultOutcome[];
  /** Of each stretch of the run, once all its updates had been sent again. */
  chapters: Checked[];
  /** Tasks at gateways that still waited for their turn at the end. */
  tasksLeft: number;
  findings: (Finding & { fault: string })[];
};

const faultsOfAChapter = 40;
/** Verifying the audit takes a process of its own: not after each fault, but after every so many. */
const faultsToVerify = 5;
const patienceMs = 90_000;

/** Does faults one after another to a server under load, and checks after each; the first finding ends it. */
export async function runFaults(plan: FaultPlan): Promise<FaultReport> {
  const begun = performance.now();
  const random = seededRandom(plan.seed);
  const deal = dealer(plan.kinds, random);
  let loadedAt: number | null = null;
  const report: FaultReport = {
    seed: plan.seed,
    durationMs: 0,
    outcomes: [],
    chapters: [],
    tasksLeft: 0,
    findings: [],
  };
  const isOver = () =>
    report.outcomes.length >= plan.faults ||
    report.findings.length > 0 ||
    (plan.seconds !== null && loadedAt !== null && performance.now() - loadedAt > plan.seconds * 1000);
  const rig = await startRig({ onOwnVolume: plan.kinds.some(({ fillsVolume }) => fillsVolume) });
  let doing = 'the start';
  const chapters: Chapter[] = [];
  const note = (findings: readonly Finding[]) =>
    report.findings.push(...findings.map((finding) => ({ ...finding, fault: doing })));
  try {
    do {
      doing = 'the beginning of a chapter';
      const chapter = await openChapter(
        rig,
        `faults-${report.chapters.length + 1}`,
        plan.seed + report.chapters.length,
      );
      chapters.push(chapter);
      loadedAt ??= performance.now();
      for (let n = 0; n < faultsOfAChapter && !isOver(); n++) {
        const kind = deal();
        const number = report.outcomes.length + 1;
        doing = `fault ${number}, ${kind.name}`;
        plan.interrupted?.throwIfAborted();
        const outcome = await doFault(rig, chapter, kind, random, number);
        doing = `${doing} (${outcome.variant})`;
        report.outcomes.push(outcome);
        note(outcome.checked.findings);
        plan.onOutcome?.(outcome);
      }
      doing = `the end of a chapter after ${report.outcomes.length} faults`;
      plan.interrupted?.throwIfAborted();
      const closed = await chapter.close();
      report.chapters.push(closed);
      note(closed.findings);
    } while (!isOver());
    doing = 'the end of the run';
    const tasksDue = performance.now() + plan.taskSeconds * 1000;
    for (const chapter of chapters) {
      const { findings, left } = await chapter.awaitGatewayTasks(tasksDue - performance.now());
      report.tasksLeft += left;
      note(findings);
    }
  } catch (error) {
    const facts = { error: String(error), log: rig.server.complaints().slice(-2000) };
    if (!plan.interrupted?.aborted) note([{ promise: 'the run goes on', facts }]);
  } finally {
    for (const { load } of chapters) load.abandon();
    await rig.stop();
  }
  return { ...report, durationMs: performance.now() - begun };
}

async function doFault(rig: Rig, chapter: Chapter, kind: Kind, random: Random, number: number): Promise<FaultOutcome> {
  const { tenant, load } = chapter;
  const injected = await kind.inject({ rig, tenant, random });
  const ended = performance.now();
  await injected.end();
  await load.goesOn(patienceMs);
  const recoveryMs = performance.now() - ended;
  return {
    number,
    kind,
    variant: injected.variant,
    recoveryMs,
    checked: await chapter.check(number % faultsToVerify === 0),
  };
}

/** Gives out the kinds in an order of chance, each as often as its weight before any comes again. */
function dealer(kinds: readonly Kind[], random: Random): () => Kind {
  let deck: Kind[] = [];
  return () => {
    if (deck.length === 0) deck = kinds.flatMap((kind) => Array<Kind>(kind.weight).fill(kind));
    const [dealt] = deck.splice(random.below(deck.length), 1);
    if (!dealt) throw new Error('there are no kinds of faults to choose from');
    return dealt;
  };
}
