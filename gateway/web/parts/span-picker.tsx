import { DAY, HOUR, type Ms } from '#model/time';
import { useWords } from '../page-context.ts';

export type SpanName = 'h1' | 'h8' | 'h24' | 'd7' | 'd30';

export const SPANS: Readonly<Record<SpanName, Ms>> = {
  h1: HOUR,
  h8: 8 * HOUR,
  h24: DAY,
  d7: 7 * DAY,
  d30: 30 * DAY,
};

interface SpanPickerProps<Name extends string> {
  readonly choices: readonly Name[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}

/** One of some spans of time. */
export function SpanPicker<Name extends SpanName | 'own'>({
  choices,
  chosen,
  onChoose,
}: SpanPickerProps<Name>) {
  const { w } = useWords();
  return (
    <fieldset class="span-picker">
      <legend>{w.span}</legend>
      {choices.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
          {w[name]}
        </button>
      ))}
    </fieldset>
  );
}
