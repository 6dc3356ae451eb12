import type { News } from '#model/channel';
import type { DeliveryState, TellingAttempt } from '#model/outbox';
import type { Text } from '#model/text';

export const NEWS: Readonly<Record<News, Text>> = {
  raised: { zh: '报警', en: 'alarm' },
  escalated: { zh: '升级', en: 'escalated' },
  reminder: { zh: '提醒', en: 'reminder' },
  cleared: { zh: '恢复', en: 'all clear' },
  digest: { zh: '汇总', en: 'list' },
  test: { zh: '测试', en: 'test' },
};

/** How a message stands. */
export const TOLD: Readonly<Record<DeliveryState, Text>> = {
  waiting: { zh: '等待发送', en: 'waiting' },
  sent: { zh: '已发出', en: 'taken' },
  delivered: { zh: '已送达', en: 'delivered' },
  'given-up': { zh: '未能送达', en: 'failed' },
  withdrawn: { zh: '无需再发', en: 'withdrawn' },
  merged: { zh: '并入汇总', en: 'told in a list' },
};

/** How one try ended. */
export const RESULTS: Readonly<Record<TellingAttempt['result'], Text>> = {
  sent: { zh: '已发出', en: 'taken' },
  delivered: { zh: '已送达', en: 'delivered' },
  unconfirmed: { zh: '无送达回执', en: 'no receipt' },
  withdrawn: { zh: '无需再发', en: 'withdrawn' },
  merged: { zh: '并入汇总', en: 'told in a list' },
  timeout: { zh: '超时', en: 'timed out' },
  unreachable: { zh: '无法连接', en: 'not reached' },
  refused: { zh: '被拒绝', en: 'refused' },
  'rate-limited': { zh: '发送过快被限制', en: 'too many at once' },
  rejected: { zh: '内容被拒绝', en: 'rejected' },
  misconfigured: { zh: '设置有误', en: 'set up wrongly' },
  undelivered: { zh: '未送达', en: 'not delivered' },
};
