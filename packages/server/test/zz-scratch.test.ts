import { it } from 'node:test';
import { startTestServer } from './harness/server.ts';
import { bearer, createRecord, getRecord, putRecord, recordBody, keyHeader } from './harness/main-job.ts';
it('x', async () => {
  const server = await startTestServer();
  const acme = await server.tenant('acme');
  const show = (n: string, a: any) => console.log(n, a.status, JSON.stringify(a.body).slice(0, 300));
  const r = await createRecord(server, acme);
  console.log(JSON.stringify(r));
  for (const v of [3e9, 1.5, 1e300, -1, 0]) show('ver ' + v, await putRecord(server, acme, { ...r, sys_version: v }));
  const cur = async () => (await getRecord(server, acme, r.id)).body;
  for (const t of ['2020-01-01t00:00:00z', '2020-01-01 00:00:00Z', '2020-01-01T00:00:00+01', '2020-01-01T00:00:00+0100', '2016-12-31T23:59:60Z', '0000-01-01T00:00:00Z', '2020-01-01T00:00:00.123456789Z', '2020-01-01T24:00:00Z', '2020-01-01T00:00:00'])
    show('t ' + t, await putRecord(server, acme, { ...(await cur()), sys_version: undefined, sys_last_modified_at: t }));
  for (const t of ['ACME', 'a', 'nope', '%00', 'x'.repeat(100), "a'b"]) show('tenant ' + t, await server.call('GET', `/storedPaymentMethods/${t}/x`, { headers: bearer(acme) }));
  show('key', await server.call('GET', `/v1/customers/1`, { headers: { 'x-api-key': 'ofk_nope.0123456789abcdefghijkl_0123456789abcdefghijkl0123456789abcdefghijkl' } }));
  for (const m of ['-1', '"1"', 'W/"1"', '*', '"9"', '"999999999"', '"9999999999"', '', '"1", , "2"', '"a', '"1","5"', '"123456789012"'])
    show('im ' + m, await putRecord(server, acme, { ...(await cur()) , sys_version: undefined, sys_directive: 'dry-run'}, { headers: { 'if-match': m } }));
  show('trace', await putRecord(server, acme, { ...(await cur()), sys_last_security_context: { trace_id: '4000000000000000006' } }));
  show('dup', await putRecord(server, acme, { ...(await cur()), sys_external_id: 'a' }));
  const r2 = await createRecord(server, acme, { sys_external_id: 'b' });
  show('dup2', await putRecord(server, acme, { ...(await cur()), sys_external_id: 'b', sys_directive: 'dry-run' }));
  // swap external ids
  const seen: any = {};
  for (let i = 0; i < 30; i++) {
    const [x, y] = [(await cur()), (await getRecord(server, acme, r2.id)).body];
    const p1 = putRecord(server, acme, { ...x, sys_external_id: y.sys_external_id });
    if (i % 2) await new Promise((r) => setTimeout(r, i % 6));
    const p2 = putRecord(server, acme, { ...y, sys_external_id: x.sys_external_id });
    for (const a of await Promise.all([p1, p2])) seen[`${a.status} ${a.body.errorCode}`] = (seen[`${a.status} ${a.body.errorCode}`] ?? 0) + 1;
  }
  console.log(seen);
  const create = await server.call('POST', '/storedPaymentMethods/acme', { headers: bearer(acme), body: recordBody(acme) });
  console.log([...create.headers]);
  show('head', await server.call('HEAD', '/v1/customers/x', { headers: keyHeader(acme) }));
  show('badma', await putRecord(server, acme, { ...(await cur()), id: 'nope', merchant_account_tokens: [{ merchant_account_id: 'x', token: 't' }] }));
  await server.stop();
});
