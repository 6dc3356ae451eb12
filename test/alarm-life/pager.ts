import { Type } from 'typebox';
import { DeliveryError, defineChannel } from '#model/channel';

/** A channel whose provider takes a message and says later whether it reached its person. */
export const pager = defineChannel({
  name: 'pager',
  title: { zh: '传呼', en: 'Pager' },
  options: Type.Object({ url: Type.String() }),
  needs: [],
  pace: [],
  open: ({ url }) => ({
    async send({ key, event, repeat }, { id }, signal) {
      const body = JSON.stringify({ key, event, repeat, to: { id } });
      const token = await answerOf(url, { method: 'POST', body, signal });
      return { answer: 'taken', receipt: token };
    },
    async receipt(token, _to, signal) {
      const answer = await answerOf(`${url}?token=${encodeURIComponent(token)}`, { signal });
      return { state: answer === 'delivered' ? 'delivered' : 'pending', answer };
    },
    close: () => Promise.resolve(),
  }),
});

async function answerOf(url: string, request: RequestInit): Promise<string> {
  const response = await fetch(url, request).catch((error: Error) => {
    throw new DeliveryError('unreachable', true, error.message);
  });
  if (!response.ok) throw new DeliveryError('rejected', true, `HTTP ${response.status}`);
  return response.text();
}
