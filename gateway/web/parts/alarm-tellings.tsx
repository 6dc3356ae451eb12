import type { TellingAttempt } from '#model/outbox';
import { SECOND } from '#model/time';
import { client, type ToldMessage } from '../client.ts';
import { formatMoment } from '../format/time.ts';
import { useLive, useNow, useWords } from '../page-context.ts';
import { usePolled } from '../polled.ts';
import { NEWS, RESULTS, TOLD } from '../telling-words.ts';

/** Whom we told of an alarm, newest first, a line each; opened, every try with the provider's words. */
export function AlarmTellings({ id }: { id: string }) {
  const { w } = useWords();
  const { alarms } = useLive();
  const { found, error } = usePolled(() => client.messages(id), 10 * SECOND, alarms.get(id));
  return (
    <section class="tellings">
      <h3>{w.told}</h3>
      {error !== null && <p role="alert">{error}</p>}
      {found?.length === 0 && <p class="hint">{w.toldNobody}</p>}
      <ol>
        {found?.toReversed().map((message) => (
          <li key={`${message.key} ${message.person.id}`}>
            <Told message={message} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Told({ message: { at, event, person, state, answeredAt, attempts } }: { message: ToldMessage }) {
  const { w, say } = useWords();
  const now = useNow();
  const last = attempts.findLast(isTry);
  return (
    <details class={state}>
      <summary>
        <time>{formatMoment(at, now)}</time>
        <span class="told">
          <b>{person.name}</b> {say(NEWS[event])}
          {last !== undefined && ` · ${last.channel}`}
        </span>
        <span class="outcome">{answeredAt === null ? say(TOLD[state]) : w.answered}</span>
      </summary>
      <ul>
        {attempts.map((attempt) => (
          <li key={`${attempt.at} ${attempt.channel} ${attempt.result}`}>
            {formatMoment(attempt.at, now)} {isTry(attempt) && `${attempt.channel} `}
            {say(RESULTS[attempt.result])}
            {attempt.answer !== '' && <q>{attempt.answer}</q>}
          </li>
        ))}
        {answeredAt !== null && (
          <li>
            {formatMoment(answeredAt, now)} {w.answered}
          </li>
        )}
      </ul>
    </details>
  );
}

const isTry = ({ channel }: TellingAttempt): boolean => channel !== 'none';
