import type { Delivery } from './outbox.ts';

/** The address under which the person of a message answers it; null when there is nothing to answer, or no address. */
export type IssueLink = (
  delivery: Pick<Delivery, 'id' | 'key' | 'person' | 'event' | 'alarms'>,
) => string | null;
