import { DeliveryError, type Message, type Sent } from '#model/channel';

/**
 * What came of a message, without the key of the link in it: a provider may send back what it got, and whoever reads
 * what was answered must not be able to answer in the name of the person whose link it is.
 */
export async function veiled({ link }: Message, sending: Promise<Sent>): Promise<Sent> {
  const key = link?.split('/').at(-1) ?? '';
  const veil = (text: string) => (key === '' ? text : text.replaceAll(key, '***'));
  try {
    const sent = await sending;
    return { ...sent, answer: veil(sent.answer) };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const { failure, retry, retryAfter, message } = error;
    throw new DeliveryError(failure, retry, veil(message), retryAfter === null ? {} : { retryAfter });
  }
}
