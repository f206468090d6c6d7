import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from './reach-server.ts';
import { type Demo, promise, type Reply } from './steps.ts';

const rows = 10_000;
const badRows = new Set([17, 4_711, 9_999]);
const contacts = 500;
const field = 'membership__c';
const sandboxId = 'demo-sandbox';
const year = new Date().getFullYear() + 3;
const testNumber = '4242424242424242';
const waitMs = 300;
const finalStates = new Set(['done', 'failed', 'cancelled']);
const longestWaitMs = 300_000;

type Access = Record<string, string>;

/** One row of the file; a bad one has a card number where a name belongs. */
const row = (n: number, merchantAccountId: string, isRight: boolean): string =>
  JSON.stringify({
    sys_external_id: `gym-${n}`,
    contact_id: `gym-member-${n % contacts}`,
    name: `Membership ${n}`,
    name_on_account: isRight ? `Member ${n}` : testNumber,
    type: 'credit card',
    credit_card_type: 'visa',
    last_four_digits: String(n % 10_000).padStart(4, '0'),
    expires: `${year}-${String((n % 12) + 1).padStart(2, '0')}`,
    merchant_account_tokens: [{ merchant_account_id: merchantAccountId, token: `tok_gym_${n}` }],
    custom_field_values: [{ custom_field_id: field, string_value: n % 2 === 0 ? 'monthly' : 'yearly' }],
  });

/** Asks until the work is over, and shows how it ended. */
async function untilOver(demo: Demo, path: string, headers: Access): Promise<Reply> {
  const deadline = Date.now() + longestWaitMs;
  for (;;) {
    const response = await fetch(new URL(path, demo.credentials.baseUrl), { headers });
    const body: { state?: string } = JSON.parse(await response.text());
    if (finalStates.has(body.state ?? '')) return demo.call('GET', path, { headers });
    if (Date.now() > deadline) throw new Error(`${path} took too long`);
    await delay(waitMs);
  }
}

async function load(demo: Demo, headers: Access, tenantId: string, lines: readonly string[]): Promise<Reply> {
  const loads = `/bulkLoads/${tenantId}`;
  const { body: opened } = await demo.call('POST', loads, {
    headers,
    body: { format: 'ndjson', source_file: 'gym.ndjson', missing_contacts: 'create' },
  });
  await demo.call('PUT', `${loads}/${opened.id}/content?offset=0`, {
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: `${lines.join('\n')}\n`,
  });
  await demo.call('POST', `${loads}/${opened.id}/start`, { headers });
  return untilOver(demo, `${loads}/${opened.id}`, headers);
}

/** What happens to many records at once: a load, a change and its undo, a snapshot and a sandbox made from it. */
export async function runBulkChapter(demo: Demo, credentials: Credentials, headers: Access): Promise<void> {
  const { tenantId, merchantAccountId } = credentials;
  const operations = `/bulkDataOperations/${tenantId}`;

  demo.step('The shop defines a field of its own');
  const defined = await demo.call('POST', `/customFields/${tenantId}`, {
    headers,
    body: {
      id: field,
      name: 'Membership',
      type: 'string',
      constraints: { options: ['monthly', 'yearly'] },
      is_filterable: true,
    },
  });
  promise([201, 409].includes(defined.status), 'the field is there now, or was already');

  demo.step(`A file of ${rows} records is loaded; three of its rows have a card number in the wrong place`);
  const numbers = Array.from({ length: rows }, (_, n) => n + 1);
  const first = await load(
    demo,
    headers,
    tenantId,
    numbers.map((n) => row(n, merchantAccountId, !badRows.has(n))),
  );
  promise(first.body.state === 'done' && first.body.failed === badRows.size, 'only those three were refused');

  demo.step('The results name the rows that failed, and why');
  const results = `/bulkLoads/${tenantId}/${first.body.id}/results?outcome=failed&format=ndjson`;
  const failed = await demo.call('GET', results, { headers });
  promise(!failed.text.includes(testNumber), 'the number itself is told to nobody');

  demo.step('They are put right and loaded again');
  const mended = await load(
    demo,
    headers,
    tenantId,
    [...badRows].map((n) => row(n, merchantAccountId, true)),
  );
  promise(mended.body.failed === 0, 'every row is on file');

  demo.step('All monthly memberships are to become yearly ones: first a preview, then the change');
  const order = {
    kind: 'change',
    filter: { custom_field: [`${field}=monthly`] },
    patch: [{ op: 'replace', path: `/custom_field_values/${field}/string_value`, value: 'yearly' }],
  };
  const preview = await demo.call('POST', `${operations}/preview`, { headers, body: order });
  promise(preview.body.selected === rows / 2, 'half of the records would change');
  const ordered = await demo.call('POST', operations, { headers, body: order });
  const changed = await untilOver(demo, `${operations}/${ordered.body.id}`, headers);
  promise(changed.body.changed === rows / 2, 'they have changed, each by a version of its own');

  demo.step('That was a mistake: it is undone');
  const undoing = await demo.call('POST', `${operations}/${ordered.body.id}/undo`, { headers, body: {} });
  const undone = await untilOver(demo, `${operations}/${undoing.body.id}`, headers);
  promise(undone.body.changed === rows / 2 && undone.body.failed === 0, 'each is as it was before');

  demo.step('A snapshot of the configuration is captured');
  const snapshots = `/configurationSnapshots/${tenantId}`;
  const snapshot = await demo.call('POST', snapshots, { headers, body: { name: 'Before the season' } });
  promise(snapshot.status === 201, 'settings, fields and merchant accounts are kept');

  demo.step('A sandbox is made from it, with every record');
  const sandbox = await demo.call('POST', `${snapshots}/${snapshot.body.id}/sandboxes`, {
    headers,
    body: { tenant_id: sandboxId, with_records: true },
  });
  promise(sandbox.status === 202, 'it has credentials of its own');
  const restores = `/configurationSnapshotRestores/${tenantId}`;
  const filled = await untilOver(demo, `${restores}/${sandbox.body.restore.id}`, headers);
  promise(filled.body.counts.records >= rows, 'it holds all records');

  demo.step('In the sandbox the same record has test data');
  const { client_id, client_secret } = sandbox.body.sandbox;
  const access = await demo.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id, client_secret },
  });
  const there = { authorization: `Bearer ${access.body.access_token}` };
  const { body } = await demo.call('GET', `/storedPaymentMethods/${sandboxId}?sys_external_id=gym-1`, {
    headers: there,
  });
  const [copy] = body.Items;
  promise(copy.sys_configuration_snapshot_id === snapshot.body.id, 'it says which snapshot it came from');
  promise(!JSON.stringify(copy).includes('tok_gym'), 'no live token has left for it');
}
