import type { Alarm } from '#model/alarm';
import type { Message } from '#model/channel';
import type { Delivery } from '#model/outbox';
import { MINUTE } from '#model/time';
import { messageOf, type Writing } from '../../alerts/notify/send/message.ts';
import { alarmSite, limitRule } from './alarms-site.ts';
import { anAlarm, newDelivery } from './outbox.ts';

/* Messages about the one fridge, as its people read them. */

/** Midnight in Shanghai. */
export const SINCE = Date.UTC(2026, 0, 5, 16, 0, 0);
export const site = alarmSite({ rules: [limitRule()] });

export const raised = (over: Partial<Alarm> = {}): Alarm =>
  anAlarm({ since: SINCE, raisedAt: SINCE + 10 * MINUTE, value: 9.24, worst: 11, ...over });

const delivery = (told: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery({ alarms: [raised()], at: SINCE + 10 * MINUTE, ...told }),
  ...{ id: 1, tries: 0, closed: [], doubtful: false, waiting: 1, ...told },
});

export const write = (told: Partial<Delivery>, writing: Partial<Writing> = {}): Message =>
  messageOf(delivery(told), { site, link: null, isLate: false, ...writing });

export const message = (over: Partial<Alarm> = {}, event: Delivery['event'] = 'raised'): Message =>
  write({ alarms: [raised(over)], event });
