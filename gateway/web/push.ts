import { client } from './client.ts';

/** Browsers offer it on pages with TLS only, and on this machine. */
export const canPush = (): boolean =>
  isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window;

const current = async (): Promise<PushSubscription | null> =>
  (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription() ?? null;

export const isSignedUp = async (): Promise<boolean> => (await current()) !== null;

/** Throws when the person does not want it, when the push service cannot be reached, or a CallError. */
export async function signUp(key: string): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('not wanted');
  await navigator.serviceWorker.register('./sw.js');
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint = '', keys = {} } = subscription.toJSON();
  await client.signUpForPush({ endpoint, keys: { p256dh: keys['p256dh'] ?? '', auth: keys['auth'] ?? '' } });
}

/** The gateway first: what it still sends to a device that has left comes to nobody. */
export async function signOff(): Promise<void> {
  const subscription = await current();
  if (subscription === null) return;
  await client.signOffFromPush(subscription.endpoint);
  await subscription.unsubscribe();
}
