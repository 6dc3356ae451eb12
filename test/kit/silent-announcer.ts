import type { OpenAnnouncer } from '#model/announcer';

/** Tells nobody anything. */
export const silentAnnouncer: OpenAnnouncer = () => ({
  hear: () => undefined,
  confirmTest: () => undefined,
  tick: () => undefined,
  owing: () => [],
  unanswered: () => [],
  eventful: false,
  drain: () => ({ deliveries: [], withdrawn: [], changed: [] }),
});
