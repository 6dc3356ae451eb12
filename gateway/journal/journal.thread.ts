import { HygateError } from '#model/errors';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { runThread } from '../runtime/thread-side.ts';
import { type Batch, JournalWriter, type JournalWriterOptions } from './journal-writer.ts';
import type { Notice } from './notices.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-messages.ts';

/** The writer's thread: commits in the order of the messages; between them, slices of the history. */
await runThread<WriterData>(async ({ data, meter, log, post }) => {
  const send = (message: FromWriter, transfer: ArrayBuffer[] = []) => post(message, transfer);
  const tell = (notice: Notice) => send({ kind: 'notice', notice });
  const writer = open({ ...data, tell, meter, log });
  let idling = false;

  /** On a full disk it is commits that must be refused, by a thread that lives; the rest can wait. */
  const tidy = (work: () => void) => {
    try {
      work();
    } catch (error) {
      meter.count('hygate_journal_errors_total', { reason: 'checkpoint' });
      log.error({ err: error }, 'the journal could not be tidied; it is tried again');
    }
  };

  const idle = () => {
    idling = false;
    tidy(() => {
      if (writer.idle()) idleSoon();
    });
  };

  const idleSoon = () => {
    if (idling) return;
    idling = true;
    setImmediate(idle);
  };

  const commit = committer(writer, { send, meter, log });
  let stoppedAt = data.now;
  const onMessage = (message: unknown) => {
    const order = message as ToWriter;
    if (order.kind === 'commit') {
      commit(order);
      tidy(() => writer.planIfFull());
    } else if (order.kind === 'tick') tidy(() => writer.tick(order.now));
    else if (order.kind === 'repair') tidy(() => writer.repair(order.key));
    else if (order.kind === 'stopping') stoppedAt = order.now;
    else if (order.kind === 'latest') send({ kind: 'answer', id: order.id, answer: writer.latest() });
    else {
      const answer = writer.open(order.point, order.from, order.to);
      const { at, value, mark } = answer.samples;
      send({ kind: 'answer', id: order.id, answer }, [at.buffer, value.buffer, mark.buffer]);
    }
    idleSoon();
  };

  send({ kind: 'opened', head: writer.head });
  return { onMessage, stop: async () => writer.close(stoppedAt) };
});

interface Around {
  readonly send: (message: FromWriter) => void;
  readonly meter: Meter;
  readonly log: Log;
}

/** Answers each commit, and once only: a second answer would be taken for that of the next. */
function committer(writer: JournalWriter, { send, meter, log }: Around) {
  let failing = false;
  return (batch: Batch): void => {
    const started = performance.now();
    try {
      send({ kind: 'committed', ...writer.commit(batch) });
      failing = false;
      meter.time('hygate_journal_commit_seconds', (performance.now() - started) / 1000);
    } catch (error) {
      meter.count('hygate_journal_errors_total', { reason: 'commit' });
      // A disk that is full or read-only fails each of them: one line says it.
      log[failing ? 'debug' : 'error']({ err: error }, 'a commit of the journal failed');
      failing = true;
      send({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
      if (writer.broken) throw error;
    }
  };
}

function open(options: JournalWriterOptions): JournalWriter {
  try {
    return new JournalWriter(options);
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error)) throw error;
    const text = `the journal in ${options.dir} cannot be opened (${error.message}): free space or mend the disk`;
    throw new HygateError('journal-unwritable', text, { cause: error });
  }
}
