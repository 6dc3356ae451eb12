import type { OpenAnnouncer } from '#model/announcer';

/** Tells nobody anything. */
export const silentAnnouncer: OpenAnnouncer = () => ({
  hear: () => undefined,
  tick: () => undefined,
  eventful: false,
  drain: () => ({ deliveries: [], withdrawn: [], changed: [] }),
});
