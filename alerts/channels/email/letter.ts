import { createHash } from 'node:crypto';
import { DeliveryError, type Message, type Recipient } from '#model/channel';

export interface Letter {
  readonly from: string;
  /** Apart, so that a comma in either makes no second receiver. */
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  /** RFC 5322, clause 3.6.4. */
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The letter to one person. A repeat has the same Message-ID: mail programs show it once; its body says so already. */
export function render({ from }: { readonly from: string }, message: Message, to: Recipient): Letter {
  if (to.email === undefined) {
    throw new DeliveryError('misconfigured', false, `${to.id} has no e-mail address in the site file`);
  }
  const { subject, body, key, event, link } = message;
  const answer = link
    ? `\n\n${event === 'test' ? '确认收到 / Confirm' : '受理 / Acknowledge'}:\n${link}`
    : '';
  return {
    from,
    to: { name: to.name, address: to.email },
    subject: `${subject.zh} / ${subject.en}`,
    text: `${body.zh}\n\n${body.en}${answer}\n`,
    messageId: `<${fingerprint(`${key}/${to.id}`)}@${domainOf(from)}>`,
    headers: {
      // RFC 3834: no out-of-office answers, please.
      'Auto-Submitted': 'auto-generated',
      'X-Hygate-Key': key,
      'X-Hygate-Event': event,
    },
  };
}

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const domainOf = (address: string): string => /@([^\s<>@]+)/.exec(address)?.[1] ?? 'hygate.invalid';
