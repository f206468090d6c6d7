import { bearer } from '../harness/main-job.ts';
import type { Answer } from '../harness/server.ts';
import { type Answers, differs, stateDiffers } from './comparison.ts';
import { type Deployment, type Place, placeFor } from './deployment.ts';
import { enterInstrument } from './entering.ts';
import { observe, recordView } from './observed.ts';
import { possibilities } from './outcomes.ts';
import { isMalformed, namesIn, prepare, prepareWrite, withOtherContent } from './prepare.ts';
import type { Request } from './request.ts';
import { send } from './sending.ts';
import { emptyModel, isBilled, type Json, type Model, shown } from './state.ts';
import type { Entering, SingleStep, Step } from './steps.ts';
import { difference, resolve } from './symbols.ts';

/** A run of the API beside the model: what it knows, what was sent, and what is needed to send more. */
class Sequence {
  readonly place: Place;
  model: Model = emptyModel();
  private readonly tokens = new Map<string, string>();
  private readonly answers: Answers = new Map();
  private readonly keyed: Request[] = [];
  /** Of each record, how many versions are known, and which of them were read back as they were. */
  private readonly seen = new Map<string, number>();
  private readonly readBack = new Set<string>();
  private readonly told: string[] = [];

  constructor(place: Place) {
    this.place = place;
  }

  async run(n: number, step: Step): Promise<void> {
    const as = `c${n}`;
    switch (step.do) {
      case 'enter':
        return this.enter(as, step);
      case 'enter and bill': {
        await this.enter(as, step.enter);
        return this.request([prepare(this.model, as, { ...step, do: 'bill', entered: 0, customer: 'own' })]);
      }
      case 'batch': {
        const operations = step.operations.map((one, part) => ({
          as: `${as}p${part}`,
          ...prepareWrite(this.model, { ...one, ...('ifMatch' in one ? { ifMatch: undefined } : {}) }),
        }));
        return this.request([this.withKey({ as, verb: 'batch', operations }, step.key)]);
      }
      case 'retry': {
        const earlier = this.keyed[this.keyed.length - 1 - (step.keyed % Math.max(this.keyed.length, 1))];
        if (!earlier) return;
        return this.request([{ ...(step.other ? withOtherContent(earlier) : earlier), as }]);
      }
      case 'race': {
        const [one, other] = step.steps.map((single, side) => prepare(this.model, `${as}${'ab'[side]}`, single));
        if (one && other) await this.request([this.withKey(one, step.key), other]);
        return;
      }
      case 'race a retry': {
        const one = this.withKey(prepare(this.model, `${as}a`, step.step), true);
        return this.request([one, { ...one, as: `${as}b` }]);
      }
      case 'create':
      case 'put':
      case 'patch':
      case 'delete':
      case 'restore':
      case 'bill':
        return this.single(as, step, step.key);
    }
  }

  private single(as: string, step: SingleStep, key: true | undefined): Promise<void> {
    return this.request([this.withKey(prepare(this.model, as, step), key)]);
  }

  private withKey(request: Request, key: true | undefined): Request {
    if (!key || isMalformed(request)) return request;
    const withKey = { ...request, key: request.as };
    this.keyed.push(withKey);
    return withKey;
  }

  private async enter(as: string, step: Entering): Promise<void> {
    this.told.push(`${as}: the customer enters ${print(step)}`);
    const entered = await enterInstrument(this.place, this.model, step).catch((error: unknown) =>
      this.fail(String(error)),
    );
    if (!entered) return;
    this.model.requests[as] = entered.request;
    this.tokens.set(as, entered.token);
  }

  /** Sends requests at once; the answers and what the API then says are those of one of the possibilities. */
  private async request(requests: readonly Request[]): Promise<void> {
    for (const request of requests) this.told.push(print(request));
    const answers = await Promise.all(requests.map((request) => send(this.place, this.tokens, request)));
    for (const { status, body } of answers) this.told.push(`  -> ${status} ${body.errorCode ?? 'ok'}`);
    const observed = await observe(this.place, {
      ids: this.idsIn(requests, answers),
      other: this.told.some((line) => line.includes('{other}')),
      account: requests.some((request) => request.verb === 'bill' || namesIn(this.model, request).some(this.isBilled)),
    });
    const names = requests.map(({ as }) => as);
    const differences: string[] = [];
    for (const possible of possibilities(this.model, requests)) {
      const [bindings, earlier] = [new Map(this.place.bindings), new Map(this.answers)];
      const found = differs(possible, { names, answers, observed }, bindings, earlier);
      if (found === null) {
        this.model = possible.model;
        for (const [name, value] of bindings) this.place.bindings.set(name, value);
        for (const [name, answer] of earlier) this.answers.set(name, answer);
        return this.readVersions(false);
      }
      differences.push(found);
    }
    this.fail([...new Set(differences)].join('\n  or '));
  }

  private readonly isBilled = (name: string): boolean => isBilled(this.model, name);

  private idsIn(requests: readonly Request[], answers: readonly Answer[]): string[] {
    const effective = requests.filter((_, n) => (answers[n]?.status ?? 0) < 300);
    const known = effective
      .flatMap((request) => namesIn(this.model, request))
      .filter((name) => this.model.records[name])
      .map((name) => resolve(`{${name}}`, this.place.bindings));
    const inAnswers = answers.flatMap(({ status, body }) =>
      status < 300
        ? [
            body.id,
            body.storedPaymentMethodId,
            body.record?.id,
            ...(body.results ?? []).map(({ body: part }: Json) => part?.id),
          ]
        : [],
    );
    return [...new Set([...known, ...inAnswers.filter((id) => id !== undefined)])];
  }

  /** Reads everything once more: what no request was about has not changed either. */
  async end(): Promise<void> {
    const ids = Object.keys(this.model.records).map((name) => resolve(`{${name}}`, this.place.bindings));
    const observed = await observe(this.place, { ids, other: true, account: true });
    const found = stateDiffers(this.model, observed, this.place.bindings);
    if (found) this.fail(`at the end: ${found}`);
    await this.readVersions(true);
  }

  /**
   * Reads versions back as they were, each once: what a race put under the current version, as soon as it is there; at
   * the end of the sequence all.
   */
  private async readVersions(all: boolean): Promise<void> {
    const due = Object.entries(this.model.records).flatMap(([name, record]) => {
      const from = this.seen.get(name) ?? 0;
      const to = record.versions.length;
      const numbers = record.versions.map((_, n) => n + 1);
      return numbers
        .filter((n) => (all ? !this.readBack.has(`${name} ${n}`) : n > from && n < to))
        .map((n) => ({ name, n }));
    });
    await Promise.all(due.map(({ name, n }) => this.readVersion(name, n)));
    for (const [name, { versions }] of Object.entries(this.model.records)) this.seen.set(name, versions.length);
  }

  private async readVersion(name: string, n: number): Promise<void> {
    const { server, own, bindings } = this.place;
    const record = this.model.records[name];
    if (!record) return;
    const path = `/storedPaymentMethods/${own.tenantId}/${resolve(`{${name}}`, bindings)}?as_of=${n}`;
    const { status, body } = await server.call('GET', path, { headers: bearer(own) });
    const isDeleted = record.versions[n - 1]?.deleted === true;
    const found = isDeleted
      ? difference(404, status, bindings)
      : difference(withoutDeletion(shown(name, record, n)), withoutDeletion(recordView(body)), bindings);
    if (found) this.fail(`${name} as of version ${n}${found}`);
    this.readBack.add(`${name} ${n}`);
  }

  private fail(found: string): never {
    throw new Error(`${found}\nafter\n${this.told.join('\n')}`);
  }
}

const withoutDeletion = ({ sys_deleted_by_id: _, ...record }: Json): Json => record;

const print = (value: object): string => JSON.stringify(value);

/** Runs the steps against the API and the model. Throws naming the first difference and all that was sent before. */
export async function runSequence(deployment: Deployment, steps: readonly Step[]): Promise<void> {
  const sequence = new Sequence(await placeFor(deployment));
  for (const [n, step] of steps.entries()) await sequence.run(n, step);
  await sequence.end();
}
