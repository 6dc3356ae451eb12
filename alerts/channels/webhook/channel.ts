import { Type } from 'typebox';
import { DeliveryError, defineChannel, type OpenChannel } from '#model/channel';
import { type Clock, parseDuration, SECOND } from '#model/time';
import { type Request, refusal, render, type Target } from './request.ts';

export { render };

/** Of an answer, what is kept as proof. */
const ANSWER_BYTES = 500;

export default defineChannel({
  name: 'webhook',
  title: { zh: '网络钩子', en: 'Webhook' },
  needs: [],
  pace: [],
  options: Type.Object(
    {
      url: Type.String({
        pattern: '^https?://',
        title: 'an http or https address',
        description: 'Where to POST.',
      }),
      secret: Type.Optional(
        Type.String({
          minLength: 1,
          secret: true,
          description: 'Key of the signature; no signature without it.',
        }),
      ),
      timeout: Type.String({
        ...{ pattern: '^\\d+(\\.\\d+)?(ms|s|m)$', default: '10s', title: 'a length of time' },
        description: 'Longest time of one try, the answer included.',
      }),
    },
    { title: 'the channel webhook', additionalProperties: false },
  ),
  open: ({ url, secret, timeout }, { clock }) =>
    openWebhook(
      secret === undefined ? { url } : { url, secret },
      parseDuration(timeout) ?? 10 * SECOND,
      clock,
    ),
});

function openWebhook(target: Target, timeoutMs: number, clock: Clock): OpenChannel {
  return {
    async send(message, to, signal) {
      const late = new AbortController();
      const timer = clock.after(timeoutMs, () => late.abort());
      try {
        const answer = await post(render(target, message, to), AbortSignal.any([signal, late.signal]));
        return { answer, receipt: null };
      } catch (error) {
        if (error instanceof DeliveryError) throw error;
        if (late.signal.aborted) throw new DeliveryError('timeout', true, `no answer within ${timeoutMs} ms`);
        throw new DeliveryError('unreachable', true, reasonOf(error));
      } finally {
        timer.cancel();
      }
    },
    close: async () => undefined,
  };
}

async function post({ url, ...request }: Request, signal: AbortSignal): Promise<string> {
  // A redirect would carry the alarm to an address that nobody configured.
  const response = await fetch(url, { ...request, signal, redirect: 'manual' });
  const answer = await beginning(response);
  const refused = refusal(response.status, answer);
  if (refused !== undefined) throw refused;
  return `HTTP ${response.status} ${answer}`.trim();
}

/** An answer may be endless; its beginning is enough. */
async function beginning(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= ANSWER_BYTES) break;
  }
  return text.slice(0, ANSWER_BYTES);
}

/** `fetch failed` says nothing; the reason stands in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
