import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '#model/time';
import type { LinkView } from '../../gateway/api/links/links.ts';
import { openAlarm, userWithRole } from '../kit/api-gateway.ts';
import { api, LinkStage, NOW } from '../kit/link-stage.ts';

let stage: LinkStage;

beforeEach(async () => {
  stage = await LinkStage.start();
});
afterEach(() => stage.stop());

describe('a link in a message', () => {
  test('shows what it is about, without a log-in, and changes nothing by being looked at', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    for (let look = 0; look < 3; look++) {
      const { status, body, headers } = await stage.client.call<LinkView>(api(path));
      expect(status).toBe(200);
      expect(body).toMatchObject({
        person: { name: '李工' },
        about: 'alarms',
        alarms: [{ id: 'a-1' }],
        answeredAt: null,
      });
      expect(headers.get('cache-control')).toBe('no-store');
    }
    await fetch(stage.gateway.url + path, { method: 'HEAD' });
    expect(stage.stateOf('a-1')).toBe('unacknowledged');
    expect(stage.recorded('link-answered')).toEqual([]);
  });

  test('acknowledges in the name of its person, with the comment, and the journal says that it was by link', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    stage.clock.step(MINUTE);
    const { status, body } = await stage.post(path, '  已转移疫苗 ');
    expect(status).toBe(200);
    expect(body).toMatchObject({ answeredAt: stage.clock.wall(), alarms: [{ state: 'acknowledged' }] });
    const [alarm] = stage.gateway.alarms.open();
    expect(alarm?.acknowledged).toMatchObject({ by: '李工', comment: '已转移疫苗', at: stage.clock.wall() });
    expect(stage.recorded('link-answered')).toMatchObject([
      { by: '李工', data: { person: 'li', alarms: ['a-1'], message: expect.stringContaining('a-1') } },
    ]);
  });

  test('works once: the second time is refused, and says when it was used', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    await stage.post(path);
    const again = await stage.post(path);
    expect(again.status).toBe(410);
    expect(again.body).toMatchObject({
      code: 'link-used',
      detail: expect.stringContaining('2026-01-05T16:00'),
    });
    expect(stage.recorded('link-answered')).toHaveLength(1);
  });

  test('works once also for two at the same moment', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    const answers = await Promise.all([stage.post(path), stage.post(path), stage.post(path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect(stage.recorded('link-answered')).toHaveLength(1);
  });

  test('works once also while the journal is still writing the first answer', async () => {
    const token =
      stage
        .told({ alarms: [stage.raise('a-1')] })
        .split('/')
        .at(-1) ?? '';
    const answers = await Promise.allSettled([1, 2, 3].map(() => stage.gateway.links.answer(token, '')));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(stage.recorded('link-answered')).toHaveLength(1);
  });

  test('of an alarm that somebody else took says who did', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    await stage.gateway.alarms.act('a-1', '王护士', { type: 'acknowledge', comment: '' });
    const { status, body } = await stage.post(path);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'alarm-taken', detail: expect.stringContaining('王护士') });
    expect((await stage.client.call<string>(path)).body).toContain('王护士 已于 2026-01-06 00:00 确认');
  });

  test('of an alarm that is over is refused', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    await stage.gateway.alarms.act('a-1', '王护士', { type: 'acknowledge', comment: '' });
    stage.gateway.alarms.clear('a-1');
    expect((await stage.post(path)).status).toBe(409);
  });

  test('is refused after a day', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    stage.clock.step(DAY);
    const { status, body } = await stage.post(path);
    expect(status).toBe(410);
    expect(body).toMatchObject({ code: 'link-expired' });
    expect((await stage.client.call(api(path))).status).toBe(410);
    expect(stage.stateOf('a-1')).toBe('unacknowledged');
  });

  test('of a digest acknowledges all that nobody has taken', async () => {
    const alarms = ['a-1', 'a-2', 'a-3'].map((id) => stage.raise(id));
    const path = stage.told({ event: 'digest', alarms });
    await stage.gateway.alarms.act('a-2', '王护士', { type: 'acknowledge', comment: '' });
    expect((await stage.post(path)).status).toBe(200);
    expect(stage.gateway.alarms.open().map(({ acknowledged }) => acknowledged?.by)).toEqual([
      '李工',
      '王护士',
      '李工',
    ]);
    expect(stage.recorded('link-answered')).toMatchObject([{ data: { alarms: ['a-1', 'a-3'] } }]);
  });

  test('of the regular test confirms it, once', async () => {
    const path = stage.told({ key: 'test.1', event: 'test', severity: 'notice', alarms: [] });
    expect((await stage.client.call<string>(path)).body).toContain('确认收到');
    expect((await stage.post(path, '')).status).toBe(200);
    expect((await stage.post(path, '')).status).toBe(410);
    expect(stage.recorded('test-answered')).toMatchObject([{ by: '李工', data: { person: 'li' } }]);
  });

  test('when the journal cannot write nothing is acknowledged, and the link is still good', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    stage.gateway.journal.broken = true;
    expect((await stage.post(path)).status).toBe(503);
    expect(stage.stateOf('a-1')).toBe('unacknowledged');
    stage.gateway.journal.broken = false;
    expect((await stage.post(path)).status).toBe(200);
  });

  test('is in no all-clear of what was acknowledged, and in none without an address of the site', () => {
    const over = openAlarm('a-1', NOW, { state: 'normal', clearedAt: NOW });
    const about = { id: 1, key: 'k', person: 'li', event: 'cleared' } as const;
    expect(stage.gateway.links.issue({ ...about, alarms: [over] })).toBeNull();
    expect(stage.gateway.links.issue({ ...about, alarms: [{ ...over, state: 'returned' }] })).toMatch(
      /^https:\/\/gw\.hospital\.example\/l\/[\w-]+$/,
    );
  });
});

describe('the page of a link', () => {
  const press = (path: string, comment: string) =>
    fetch(stage.gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ comment }),
      redirect: 'manual',
    });

  test('has a button that acknowledges, and then says so', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    expect((await stage.client.call<string>(path)).body).toContain('<button type="submit">确认报警</button>');
    const pressed = await press(path, '门没关');
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, path]);
    const { body } = await stage.client.call<string>(path);
    expect(body).toContain('✓ 您已确认');
    expect(body).not.toContain('<button');
    expect(stage.gateway.alarms.open()[0]?.acknowledged?.comment).toBe('门没关');
  });

  test('speaks the language of the person', async () => {
    const path = stage.told({
      alarms: [stage.raise('a-1'), stage.raise('a-2')],
      event: 'digest',
      person: 'smith',
    });
    const { body } = await stage.client.call<string>(path);
    expect(body).toContain('<html lang="en">');
    expect(body).toContain('Acknowledge 2 alarms');
  });

  test('says in both languages what is wrong with a link, with the status of the error', async () => {
    const path = stage.told({ alarms: [stage.raise('a-1')] });
    await press(path, '');
    const again = await press(path, '');
    expect(again.status).toBe(410);
    const text = await again.text();
    expect(text).toContain('此链接已使用过');
    expect(text).toContain('was used');
  });
});

test('who was told, when, by which way and with what answer is there for whoever may look', async () => {
  const alarm = stage.raise('a-1');
  const attempt = { channel: 'sms', at: NOW + 5, result: 'sent', answer: 'BizId 9' } as const;
  const [key, event, person, severity] = ['a-1.r', 'raised', 'li', 'critical'] as const;
  stage.gateway.tellings.tell({ key, event, person, severity, at: NOW, alarms: [alarm] }, [attempt]);
  expect((await stage.client.call('/api/v1/alarms/a-1/messages')).status).toBe(401);
  const viewer = await userWithRole(stage.gateway, 'viewer');
  const { body } = await viewer.call<{ messages: unknown[] }>('/api/v1/alarms/a-1/messages');
  expect(body.messages).toEqual([
    {
      ...{ key, event, severity, at: NOW, state: 'sent', answeredAt: null, attempts: [attempt] },
      person: { id: 'li', name: '李工' },
    },
  ]);
});
