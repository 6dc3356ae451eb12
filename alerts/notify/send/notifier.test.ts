import { afterEach, describe, expect, test } from 'vitest';
import { DeliveryError } from '#model/channel';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { limitRule } from '../../../test/kit/alarms-site.ts';
import { notifierRig, type Played, type RigOptions } from '../../../test/kit/notifier-rig.ts';
import { anAlarm, newDelivery } from '../../../test/kit/outbox.ts';

const NOON = Date.UTC(2026, 0, 5, 4);
const away = () => new DeliveryError('unreachable', true, 'no route to host');
const busy = (retryAfter: number) => new DeliveryError('rate-limited', true, 'slow down', { retryAfter });
const wrong = () => new DeliveryError('misconfigured', false, 'wrong key');

let rig: Awaited<ReturnType<typeof notifierRig>>;
afterEach(() => rig.remove());

async function started(channels: Record<string, Played>, over: Partial<RigOptions> = {}) {
  const people = [{ id: 'li', channels: Object.keys(channels) }];
  rig = await notifierRig({ wall: NOON, channels, people, ...over });
  return rig;
}

const alarm = (id: string, severity: 'critical' | 'warning' = 'critical', over = {}) =>
  anAlarm({ id, point: `${id}.temp`, rule: limitRule({ severity }), raisedAt: NOON, since: NOON, ...over });
const raised = (id: string, severity: 'critical' | 'warning' = 'critical', over = {}) =>
  newDelivery({ at: NOON, alarms: [alarm(id, severity)], ...over });
const saidBy = () =>
  rig.said.map(({ channel, message }) => `${channel} ${message.alarms.map(({ id }) => id)}`);
const results = (id: string) =>
  rig.told(id).flatMap(({ attempts }) => attempts.map(({ channel, result }) => `${channel} ${result}`));
const metric = async (line: string) => (await rig.meter.registry.metrics()).includes(`${line}\n`);

describe('the way to a person', () => {
  test('a channel that cannot be opened does not keep the others from serving', async () => {
    const said: string[] = [];
    const onChannel = (name: string, silent: boolean) => void said.push(`${name} ${silent}`);
    await started({ modem: { broken: true }, email: {} }, { onChannel });
    rig.tell([raised('a-1')]);
    await rig.settle();
    expect(saidBy()).toEqual(['email a-1']);
    expect(said).toEqual(['modem true', 'email false']);
  });

  test('a dead channel costs one message three short tries, and the next message none', async () => {
    await started({ sms: { fates: [away(), away(), away(), away()] }, email: {} });
    rig.tell([raised('a-1')]);
    for (let second = 0; rig.said.length < 4 && second < 60; second++) await rig.pass(SECOND);
    rig.tell([raised('a-2')]);
    await rig.settle();
    expect(saidBy()).toEqual(['sms a-1', 'sms a-1', 'sms a-1', 'email a-1', 'email a-2']);
    expect(rig.said[3]?.message.repeat).toBe(true);
  });

  test('a provider that asks for a long rest gets it, and the message goes by the next channel at once', async () => {
    await started({ sms: { fates: [busy(5 * MINUTE)] }, email: {} });
    rig.tell([raised('a-1')]);
    await rig.settle();
    expect(saidBy()).toEqual(['sms a-1', 'email a-1']);
    await rig.pass(4 * MINUTE);
    rig.tell([raised('a-2')]);
    await rig.settle();
    expect(saidBy().at(-1)).toBe('email a-2');
    await rig.pass(MINUTE);
    rig.tell([raised('a-3')]);
    await rig.settle();
    expect(saidBy().at(-1)).toBe('sms a-3');
  });

  test('a provider that asks for a short rest is asked again after it, not before', async () => {
    await started({ sms: { fates: [busy(20 * SECOND)] } });
    rig.tell([raised('a-1')]);
    await rig.pass(19 * SECOND);
    expect(rig.said).toHaveLength(1);
    await rig.pass(2 * SECOND);
    expect(rig.said.map(({ at }) => at >= 20 * SECOND)).toEqual([false, true]);
  });

  test('a message that never ends does not hold up another person', async () => {
    const people = ['li', 'wang'].map((id) => ({ id, channels: ['sms'] }));
    await started({ sms: { fates: ['never'] } }, { people });
    rig.tell([raised('a-1'), raised('a-1', 'critical', { person: 'wang' })]);
    await rig.settle();
    expect(rig.told('a-1').map(({ person, state }) => `${person} ${state}`)).toEqual([
      'li waiting',
      'wang sent',
    ]);
  });
});

describe('the order', () => {
  test('a critical message passes those that wait', async () => {
    await started({ sms: { fates: [away()] } });
    rig.tell([raised('a-1', 'warning'), raised('a-2', 'warning')]);
    await rig.settle();
    rig.tell([raised('a-3')]);
    await rig.pass(10 * SECOND);
    expect(saidBy()).toEqual(['sms a-1', 'sms a-3', 'sms a-1', 'sms a-2']);
  });

  test('an all-clear waits for its own alarm', async () => {
    await started({ sms: { fates: [away()] } });
    const over = alarm('a-1', 'critical', { clearedAt: NOON + 1, state: 'returned' });
    rig.tell([raised('a-1'), newDelivery({ event: 'cleared', at: NOON, alarms: [over] })]);
    await rig.pass(10 * SECOND);
    expect(rig.said.map(({ message }) => message.event)).toEqual(['raised', 'raised', 'cleared']);
  });
});

describe('what is withdrawn', () => {
  test('is not sent any more, also when a try of it was running', async () => {
    await started({ sms: { fates: [away()] } });
    rig.tell([raised('a-1')]);
    await rig.settle();
    rig.tell([], ['a-1']);
    await rig.pass(MINUTE);
    expect(saidBy()).toEqual(['sms a-1']);
    expect(results('a-1')).toEqual(['sms unreachable', 'none withdrawn']);
  });
});

describe('the pace of a provider', () => {
  const pace = [{ messages: 2, within: MINUTE, per: 'channel' as const }];
  const people = ['li', 'wang', 'zhang', 'zhao'].map((id) => ({ id, channels: ['robot'] }));

  test('is kept: messages wait for it and none is refused, the critical ones first, and it is counted', async () => {
    await started({ robot: { pace } }, { people });
    rig.tell(people.slice(0, 2).map(({ id }) => raised('a-1', 'warning', { person: id })));
    await rig.settle();
    rig.tell([raised('a-2', 'warning', { person: 'zhang' })]);
    await rig.settle();
    rig.tell([raised('a-3', 'critical', { person: 'zhao' })]);
    await rig.pass(59 * SECOND);
    expect(rig.said).toHaveLength(2);
    await rig.pass(3 * SECOND);
    expect(saidBy()).toEqual(['robot a-1', 'robot a-1', 'robot a-3', 'robot a-2']);
    expect(results('a-2')).toEqual(['robot sent']);
    expect(await metric('hygate_messages_paced_total{channel="robot"} 2')).toBe(true);
  });

  test('does not keep a message waiting while another channel is free', async () => {
    await started({ robot: { pace }, email: {} });
    rig.tell(['a-1', 'a-2', 'a-3'].map((id) => raised(id)));
    await rig.settle();
    expect(saidBy()).toEqual(['robot a-1', 'robot a-2', 'email a-3']);
  });
});

describe('a receipt', () => {
  const sent = { answer: 'BizId 9', receipt: '9' };
  const pending = { state: 'pending', answer: 'on its way' } as const;

  test('is asked for after 20 s, 1 min, 5 min, and then recorded', async () => {
    const receipts = [pending, pending, { state: 'delivered', answer: 'DELIVRD' } as const];
    await started({ sms: { fates: [sent], receipts } });
    rig.tell([raised('a-1')]);
    await rig.settle();
    await rig.pass(90 * SECOND);
    expect(receipts).toHaveLength(1);
    await rig.pass(5 * MINUTE);
    expect(rig.told('a-1')).toMatchObject([
      {
        state: 'delivered',
        attempts: [
          { result: 'sent', answer: 'BizId 9' },
          { result: 'delivered', answer: 'DELIVRD' },
        ],
      },
    ]);
  });

  test('survives a restart', async () => {
    await started({ sms: { fates: [sent], receipts: [{ state: 'delivered', answer: 'DELIVRD' }] } });
    rig.tell([raised('a-1')]);
    await rig.settle();
    await rig.stop();
    await rig.start();
    await rig.pass(30 * SECOND);
    expect(results('a-1')).toEqual(['sms sent', 'sms delivered']);
  });

  test('that it did not arrive sends the message by the next channel at once, marked as a possible repeat', async () => {
    await started({
      sms: { fates: [sent], receipts: [{ state: 'undelivered', answer: 'phone off' }] },
      voice: {},
    });
    rig.tell([raised('a-1')]);
    await rig.settle();
    await rig.pass(21 * SECOND);
    expect(saidBy()).toEqual(['sms a-1', 'voice a-1']);
    expect(rig.said[1]?.message).toMatchObject({ repeat: true, key: rig.said[0]?.message.key });
    expect(results('a-1')).toEqual(['sms sent', 'sms undelivered', 'voice sent']);
  });

  test('that it did not arrive, and no other channel, is given up and recorded', async () => {
    await started({ sms: { fates: [sent], receipts: [{ state: 'undelivered', answer: 'phone off' }] } });
    rig.tell([raised('a-1')]);
    await rig.settle();
    await rig.pass(31 * SECOND);
    expect(rig.told('a-1')).toMatchObject([{ state: 'given-up' }]);
  });

  test('that never comes leaves the message as sent, and says so', async () => {
    await started({ sms: { fates: [sent], receipts: [away()] } });
    rig.tell([raised('a-1')]);
    await rig.settle();
    await rig.pass(7 * HOUR);
    expect(rig.told('a-1')).toMatchObject([{ state: 'sent' }]);
    expect(results('a-1')).toEqual(['sms sent', 'sms unconfirmed']);
    expect(await metric('hygate_message_receipts_total{channel="sms",state="pending"} 6')).toBe(true);
  });
});

describe('old news', () => {
  test('of one message says that it is late, and when it was due', async () => {
    await started({ sms: {} });
    await rig.stop();
    await rig.clock.advance(2 * HOUR);
    await rig.start();
    rig.tell([raised('a-1')]);
    await rig.settle();
    expect(rig.said[0]?.message.subject.zh).toMatch(/^\[迟发\]/);
    expect(rig.said[0]?.message.body.en).toContain('sent late; it was due at 2026-01-05 12:00:00');
  });

  test('of several, when a channel was away for long, is one digest with each alarm as it stood last', async () => {
    const fates = Array.from({ length: 60 }, away);
    await started({ sms: { fates } });
    rig.tell([raised('a-1', 'warning')]);
    rig.tell([raised('a-2'), raised('a-3', 'warning')]);
    const over = alarm('a-3', 'warning', { clearedAt: NOON + MINUTE, state: 'returned' });
    rig.tell([newDelivery({ event: 'cleared', at: NOON, alarms: [over] })]);
    await rig.pass(HOUR);
    fates.length = 0;
    await rig.pass(6 * MINUTE);
    const last = rig.said.at(-1)?.message;
    expect(last).toMatchObject({ event: 'digest', severity: 'critical' });
    expect(last?.alarms.map(({ id, clearedAt }) => `${id} ${clearedAt !== null}`).sort()).toEqual([
      'a-1 false',
      'a-2 false',
      'a-3 true',
    ]);
    expect(last?.subject.zh).toMatch(/^\[迟发\]\[严重\] 3 项/);
    expect(rig.told('a-3').map(({ event, state }) => `${event} ${state}`)).toEqual([
      'raised merged',
      'cleared merged',
      'digest sent',
    ]);
  });

  test('of more than a day is given up, an hour after the start', async () => {
    await started({ sms: { fates: Array.from({ length: 200 }, away) } });
    rig.tell([raised('a-1', 'critical', { at: NOON - 2 * DAY })]);
    await rig.pass(HOUR + 6 * MINUTE);
    expect(rig.told('a-1')).toMatchObject([{ state: 'given-up' }]);
  });
});

describe('a silent channel', () => {
  test('is told after ten minutes of failures, and again when it works', async () => {
    const said: string[] = [];
    const onChannel = (name: string, silent: boolean) =>
      void said.push(`${name} ${silent ? 'silent' : 'works'}`);
    const fates = Array.from({ length: 100 }, away);
    await started({ sms: { fates } }, { onChannel });
    rig.tell([raised('a-1')]);
    await rig.pass(9 * MINUTE);
    expect(said).toEqual([]);
    await rig.pass(12 * MINUTE);
    expect(said).toEqual(['sms silent']);
    fates.length = 0;
    await rig.pass(6 * MINUTE);
    expect(said).toEqual(['sms silent', 'sms works']);
  });

  test('that is set up wrongly is told after its third try', async () => {
    const said: string[] = [];
    const onChannel = (name: string, silent: boolean) => void said.push(`${name} ${silent}`);
    await started({ sms: { fates: Array.from({ length: 9 }, wrong) } }, { onChannel });
    rig.tell([raised('a-1')]);
    await rig.pass(2 * MINUTE);
    expect(said).toEqual(['sms true']);
  });
});

test('each message carries the link of its own', async () => {
  await started({ sms: {} }, { link: ({ id, person }) => `https://gw/l/${person}-${id}` });
  rig.tell([raised('a-1'), raised('a-2')]);
  await rig.settle();
  expect(rig.said.map(({ message }) => message.link)).toEqual(['https://gw/l/li-1', 'https://gw/l/li-2']);
});
