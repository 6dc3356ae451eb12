import { formatExactLength } from '#model/length-words';
import type { Ms } from '#model/time';
import { useWords } from '../page-context.ts';

interface LengthPickerProps {
  readonly name: string;
  /** Null: without end. */
  readonly choices: readonly (Ms | null)[];
  readonly chosen: Ms | null;
  readonly onChoose: (length: Ms | null) => void;
}

/** For how long. */
export function LengthPicker({ name, choices, chosen, onChoose }: LengthPickerProps) {
  const { w, language } = useWords();
  return (
    <fieldset class="length-picker">
      <legend>{name}</legend>
      {choices.map((length) => (
        <button key={length} type="button" aria-pressed={length === chosen} onClick={() => onChoose(length)}>
          {length === null ? w.noEnd : formatExactLength(length, language)}
        </button>
      ))}
    </fieldset>
  );
}
