import type { Message, Recipient } from '#model/channel';
import { letterOf } from '../../transport/letter.ts';
import type { Request } from '../../transport/line.ts';
import { national } from '../../transport/phone.ts';

/** Of a text message, in UTF-8; a longer one is refused. */
const MOST_BYTES = 2048;

/** A text, not markdown: only a text may call a member by telephone number, and that rings in a muted group, too. */
export function render({ url }: { readonly url: string }, message: Message, to: Recipient): Request {
  const mentioned = to.phone === undefined ? [] : [national(to.phone)];
  const text = {
    content: letterOf(message, to.language, MOST_BYTES),
    mentioned_mobile_list: mentioned,
  };
  return {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ msgtype: 'text', text }),
  };
}
