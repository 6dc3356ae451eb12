import type { Message, OpenChannel, Recipient, Sent } from '#model/channel';

/** A critical alarm of a fridge, as the notifier puts it. */
export const message = (over: Partial<Message> = {}): Message => ({
  key: '0mk0hqs9s-1.2.raised',
  event: 'raised',
  severity: 'critical',
  subject: { zh: '[严重] 一号冰箱 温度 偏高', en: '[Critical] Fridge 1 Temperature too high' },
  body: { zh: '数值：9.2 °C', en: 'Value: 9.2 °C' },
  alarms: [],
  repeat: false,
  link: null,
  ...over,
});

export const li: Recipient = {
  id: 'li',
  name: '李工',
  language: 'zh',
  phone: '13800000000',
  email: 'li@hospital.example',
  user: 'li',
};

/** One try, with nobody to break it off. */
export const sendOnce = (channel: OpenChannel, what = message(), to = li): Promise<Sent> =>
  channel.send(what, to, new AbortController().signal);

/** What a try that fails throws. */
export const failureOf = (channel: OpenChannel, what = message(), to = li): Promise<unknown> =>
  sendOnce(channel, what, to).then(
    ({ answer }) => {
      throw new Error(`it was sent: ${answer}`);
    },
    (error: unknown) => error,
  );
