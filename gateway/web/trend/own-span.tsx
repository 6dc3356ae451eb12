import { useState } from 'preact/hooks';
import type { Span } from '../client.ts';
import { toLocalInput } from '../format/time.ts';
import { useWords } from '../page-context.ts';
import { Field } from '../parts/field.tsx';

/** From when to when, on the reader's clock. */
export function OwnSpan({ span, onSpan }: { span: Span; onSpan: (span: Span) => void }) {
  const { w } = useWords();
  const [from, setFrom] = useState(toLocalInput(span.from));
  const [to, setTo] = useState(toLocalInput(span.to));
  const chosen = { from: new Date(from).getTime(), to: new Date(to).getTime() };
  return (
    <form
      class="own-span"
      onSubmit={(event) => {
        event.preventDefault();
        onSpan(chosen);
      }}
    >
      <Field label={w.from} type="datetime-local" value={from} onValue={setFrom} />
      <Field label={w.to} type="datetime-local" value={to} onValue={setTo} />
      <button type="submit" class="primary" disabled={!(chosen.from < chosen.to)}>
        {w.show}
      </button>
    </form>
  );
}
