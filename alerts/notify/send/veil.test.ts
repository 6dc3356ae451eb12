import { expect, test } from 'vitest';
import { DeliveryError } from '#model/channel';
import { SECOND } from '#model/time';
import { notifierRig } from '../../../test/kit/notifier-rig.ts';
import { anAlarm, newDelivery } from '../../../test/kit/outbox.ts';

test('whoever reads what a provider answered cannot answer by the link that it sends back', async () => {
  const link = 'https://page.example/l/AbCdEfGhIjKlMnOpQrStUvt0abcd1';
  const echo = `got {"link":"${link}"} and AbCdEfGhIjKlMnOpQrStUvt0abcd1`;
  const fates = [new DeliveryError('refused', true, echo), { answer: echo }];
  const people = [{ id: 'li', channels: ['webhook'] }];
  const wall = Date.UTC(2026, 0, 5, 4);
  const rig = await notifierRig({ wall, channels: { webhook: { fates } }, people, link: () => link });
  rig.tell([newDelivery({ at: wall, alarms: [anAlarm({ id: 'a-1' })] })]);
  for (let second = 0; rig.said.length < 2 && second < 60; second++) await rig.pass(SECOND);
  await rig.settle();
  const answers = rig.told('a-1').flatMap(({ attempts }) => attempts.map(({ answer }) => answer));
  expect(answers).toHaveLength(2);
  expect(answers.join(' ')).toContain('got {');
  expect(answers.join(' ')).not.toContain('AbCd');
  await rig.remove();
});
