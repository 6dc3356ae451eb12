/** A browser that wants to be told: what its `PushManager.subscribe` answers (W3C Push API). */
export interface PushSubscription {
  /** Where its push service takes messages for it. */
  readonly endpoint: string;
  readonly keys: {
    /** Its public key, base64url. */
    readonly p256dh: string;
    readonly auth: string;
  };
}

/** Where people of the page sign up for notifications on their device. */
export interface PushDesk {
  /** The gateway's public key (VAPID), base64url: browsers take messages from nobody else. */
  key(): string;
  /** Throws `request-invalid` when the push service is not one of those that the site allows. */
  subscribe(user: string, subscription: PushSubscription): void;
  /** Of one's own device; nothing when it is not there. */
  unsubscribe(user: string, endpoint: string): void;
}
