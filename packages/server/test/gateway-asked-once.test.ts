import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { UnknownKey } from '../src/keys/unknown-key.ts';
import {
  assertOk,
  authenticate,
  changeConnector,
  decideChallenge,
  submitInSession,
  useCard,
  withNewCustomer,
} from './harness/gateway.ts';
import { addMerchantAccount, watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { query } from './harness/look-inside.ts';
import { bearer, beginRequest, challenged, startSession, submitCard, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
const asked: string[] = [];

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  changeConnector(server, (connector) => ({
    checkCard(account, card, signal) {
      asked.push('check');
      return connector.checkCard(account, card, signal);
    },
    concludeChallenge(account, reference, signal) {
      asked.push('conclude');
      return connector.concludeChallenge(account, reference, signal);
    },
  }));
});

after(() => server.stop());

/** As a process is that was held up while keys were rotated: it does not know the key that it is told of at first. */
async function missRotation(): Promise<void> {
  const keys = await server.services.keysOf('acme');
  const known = keys.customerKey.bind(keys);
  keys.customerKey = () => {
    keys.customerKey = known;
    throw new UnknownKey();
  };
}

describe('a server that has missed a rotation of keys', () => {
  it('reads the keys again and asks the gateway about a card once', async () => {
    const session = await startSession(server, acme);
    const token = await beginRequest(server, session);
    await missRotation();
    const answer = await submitCard(server, session, token, visa);
    assert.deepEqual([answer.status, answer.body.status], [200, 'PREAUTHED']);
    assert.deepEqual(asked.splice(0), ['check']);
  });

  it('asks once how a challenge ended', async () => {
    const { session, token, answer } = await submitInSession(server, acme, challenged);
    await decideChallenge(server, answer.body.action.url, 'complete');
    asked.length = 0;
    await missRotation();
    assert.equal((await authenticate(server, session, token)).body.status, 'PREAUTHED');
    assert.deepEqual(asked.splice(0), ['conclude']);
  });
});

describe('a number that is destroyed while the worker has a token made of it', () => {
  it('leaves that token at no gateway', async () => {
    const gateway = watchGateway(server);
    const second = await addMerchantAccount(server, acme, 'Second');
    gateway.failing.add(second);
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    gateway.failing.clear();
    const { db } = server.services;
    const single = db.single.bind(db);
    gateway.meanwhile = async () => {
      const body = [{ op: 'replace', path: '/name', value: 'Renamed' }];
      assertOk(await server.call('PATCH', `/storedPaymentMethods/acme/${id}`, { headers: bearer(ada), body }));
      // In the moment between two looks at it.
      db.single = async (tenantId, statement, values) => {
        if (statement.name === 'read-vault-secret') {
          await query(server, 'DELETE FROM vault_secrets WHERE record_id = $1', [id]);
        }
        return single(tenantId, statement, values);
      };
    };
    await workOnce(server, ada);
    db.single = single;
    assert.equal(gateway.tokenized.at(-1), second);
    await workOnce(server, ada);
    assert.equal(gateway.retired.length, 1);
  });
});
