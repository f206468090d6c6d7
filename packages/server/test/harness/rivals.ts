import assert from 'node:assert/strict';
import type { Database } from '../../src/store/database.ts';
import type { Answer, TestServer } from './server.ts';

/** Two changes of one thing that are based on the same version of it. */
export type Rivals = { change: () => Promise<Answer>; other: () => Promise<Answer> };

const isDone = ({ status }: Answer): boolean => status < 300;

/**
 * Makes a change and, just before it asks the database for the n-th time, the other one. Null once the change does not
 * ask so often.
 */
async function meeting(server: TestServer, n: number, { change, other }: Rivals): Promise<[Answer, Answer] | null> {
  const { db } = server.services;
  const unwatched = { ...db };
  let asked = 0;
  let met: Answer | undefined;
  const meet = async (): Promise<void> => {
    asked += 1;
    if (asked !== n) return;
    Object.assign(db, unwatched);
    met = await other();
  };
  Object.assign(db, {
    single: async (...given: Parameters<Database['single']>) => {
      await meet();
      return unwatched.single(...given);
    },
    transaction: async (...given: Parameters<Database['transaction']>) => {
      await meet();
      return unwatched.transaction(...given);
    },
  });
  const answer = await change();
  Object.assign(db, unwatched);
  return met ? [answer, met] : null;
}

/** Lets them meet at each moment there is, every time about something new: one takes effect, the other one is told. */
export async function assertOneOfThem(server: TestServer, rivals: () => Promise<Rivals>): Promise<void> {
  let meetings = 0;
  for (let n = 1; ; n += 1) {
    const answers = await meeting(server, n, await rivals());
    if (!answers) break;
    meetings += 1;
    const told = JSON.stringify(answers.map(({ status, body }) => [status, body.errorCode]));
    assert.equal(answers.filter(isDone).length, 1, `before the ${n}th time: ${told}`);
    for (const { status } of answers.filter((answer) => !isDone(answer))) {
      assert.ok([404, 409, 412].includes(status), told);
    }
  }
  assert.ok(meetings >= 2, String(meetings));
}
