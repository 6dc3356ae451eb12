import { runThread } from '../runtime/thread-side.ts';
import type { FromReader, LateSamples, Question, ToReader } from './history-messages.ts';
import { HistoryReader } from './history-reader.ts';
import { damageOf } from './hour-row.ts';
import type { Notice } from './notices.ts';
import { SegmentTail } from './segment-tail.ts';

/** The reading thread: a query that takes long never holds up a commit. */
await runThread<{ readonly dir: string }>(async ({ data, log, meter, post }) => {
  let history = new HistoryReader(data.dir);
  const tell = (notice: Notice) => post({ notice } satisfies FromReader);
  const tail = new SegmentTail(data.dir, log, meter, (damage) => tell({ kind: 'damage', damage }));

  const answer = (question: Question): unknown => {
    switch (question.ask) {
      case 'readings':
        return {
          samples: history.readings(question.span, question.limit),
          late: history.late(question.span),
        } satisfies LateSamples;
      case 'buckets':
        return history.buckets(question.span, question.every);
      case 'ledger':
        return history.ledger(question.span, question.every, question.now);
      case 'last-event':
        return history.lastEvent(question.types);
      case 'events':
        return history.events(question);
      case 'rows':
        return tail.slice(question.after, question.known);
    }
  };

  const close = () => {
    history.close();
    tail.close();
  };

  const reopen = () => {
    close();
    history = new HistoryReader(data.dir);
  };

  const onMessage = (message: unknown) => {
    const order = message as ToReader;
    if (order.kind === 'reopen') return reopen();
    if (order.kind === 'release') return tail.close();
    const { id, question } = order;
    try {
      post({ id, ok: true, answer: answer(question) } satisfies FromReader);
    } catch (error) {
      log.error({ err: error, ask: question.ask }, 'a question to the history failed');
      const damage = damageOf(error);
      if (damage !== undefined) post({ damaged: damage.key } satisfies FromReader);
      const { message: text } = damage ?? (error instanceof Error ? error : new Error(String(error)));
      post({ id, ok: false, code: damage?.code ?? 'internal', text } satisfies FromReader);
    }
  };

  return { onMessage, stop: async () => close() };
});
