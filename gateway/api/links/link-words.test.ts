import { expect, test } from 'vitest';
import { alarmSite, limitRule } from '../../../test/kit/alarms-site.ts';
import { anAlarm } from '../../../test/kit/outbox.ts';
import { alarmWords } from './link-words.ts';

const site = alarmSite({ rules: [limitRule()] });

test('what is measured is too high, with its number', () => {
  const words = alarmWords(anAlarm({ value: 9.24, worst: 11 }), site, 'zh');
  expect(words).toMatchObject({ what: '偏高', value: '11.0 °C' });
});

test('it is the door that is open: a state is said of its point', () => {
  const doors = site.devices.map((device) => ({
    ...device,
    points: device.points.map((point) => ({
      ...point,
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door' as const,
    })),
  }));
  const rule = limitRule({ limit: 1, inclusive: true });
  const alarm = anAlarm({ rule, value: 1, worst: 1 });
  expect(alarmWords(alarm, { ...site, devices: doors }, 'zh')).toMatchObject({ what: '箱门 开', value: '' });
  expect(alarmWords(alarm, { ...site, devices: doors }, 'en').what).toBe('Door open');
});
