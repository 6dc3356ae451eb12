import type { DeviceId } from '#model/point';
import type { Topics } from '#model/topic';
import type { Account } from './authentication.ts';

export type PublishRight = { readonly device: DeviceId } | { readonly refused: 'not-yours' | 'bad-topic' };

/** Only readings come in, and only under the sender's own devices. */
export function publishRight(account: Account, topic: string, topics: Topics): PublishRight {
  const device = topics.deviceOf(topic);
  if (device === undefined) return { refused: 'bad-topic' };
  if (account.role === 'collector') return { device };
  return account.role === 'logger' && account.device === device ? { device } : { refused: 'not-yours' };
}

/** A filter is allowed when everything that it can match is allowed: no wildcard may stand above `now` or `alarm`. */
export function maySubscribe(account: Account, filter: string, topics: Topics): boolean {
  if (filter === topics.status) return true;
  if (account.role !== 'reader' || !filter.startsWith(topics.root)) return false;
  const [branch] = filter.slice(topics.root.length).split('/');
  return branch === 'now' || branch === 'alarm' || filter === topics.signedRoot;
}
