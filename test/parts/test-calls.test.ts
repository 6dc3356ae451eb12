import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  ApiClient,
  administrator,
  startGateway,
  type TestGateway,
  userWithRole,
} from '../kit/api-gateway.ts';
import { apiSite } from '../kit/api-site.ts';
import { HandClock } from '../kit/hand-clock.ts';

const NOW = Date.UTC(2026, 0, 5, 2);
const person = (id: string, user?: string) =>
  ({ id, name: id, language: 'zh', channels: [], ...(user !== undefined && { user }) }) as const;
const people = [person('li', 'viewer-1'), person('wang', 'operator-1'), person('chen')];

const owing = new Set<string>();
let gateway: TestGateway;
let admin: ApiClient;
let li: ApiClient;
let wang: ApiClient;

beforeAll(async () => {
  gateway = await startGateway({
    site: { ...apiSite, people },
    clock: new HandClock(NOW),
    more: () => ({ owing: () => [...owing] }),
  });
  admin = await administrator(gateway);
  li = await userWithRole(gateway, 'viewer');
  wang = await userWithRole(gateway, 'operator');
});
afterAll(() => gateway.stop());
beforeEach(() => {
  owing.clear();
  gateway.journal.recorded.length = 0;
});

const OPEN = '/api/v1/test-calls';
const ANSWER = '/api/v1/test-calls/answer';
const answers = () => gateway.journal.recorded.filter(({ type }) => type === 'test-answered');

test('whoever is logged in and was called sees so, and answers for themselves and for nobody else', async () => {
  for (const { id } of people) owing.add(id);
  expect((await li.call(OPEN)).body).toEqual({ open: true });
  expect((await li.call(ANSWER, {})).status).toBe(204);
  expect((await wang.call(ANSWER, {})).status).toBe(204);
  expect(answers()).toMatchObject([
    { at: NOW, by: 'viewer-1', data: { person: 'li' } },
    { at: NOW, by: 'operator-1', data: { person: 'wang' } },
  ]);
});

test('where no call is open there is nothing to answer, and nothing is journaled', async () => {
  owing.add('wang');
  expect((await li.call(OPEN)).body).toEqual({ open: false });
  const { status, body } = await li.call(ANSWER, {});
  expect(status).toBe(404);
  expect(body).toMatchObject({
    code: 'test-call-unknown',
    detail: expect.stringContaining('No test call waits'),
  });
  expect(answers()).toEqual([]);
});

test('a log-in that is nobody’s in the site file is told what to do', async () => {
  owing.add('chen');
  const { status, body } = await admin.call(ANSWER, {});
  expect(status).toBe(404);
  expect(body).toMatchObject({ detail: expect.stringContaining('write user: admin beside a person') });
  expect(answers()).toEqual([]);
});

test('nobody answers without a log-in, or from another site', async () => {
  owing.add('li');
  expect((await new ApiClient(gateway.url).call(ANSWER, {})).status).toBe(401);
  expect((await li.call(ANSWER, {}, { origin: 'https://evil.example' })).status).toBe(403);
  expect(answers()).toEqual([]);
});
