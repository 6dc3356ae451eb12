import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'password' | 'datetime-local';
  readonly autocomplete?: 'username' | 'current-password' | 'new-password';
}

/** A labelled input that must be filled in. */
export function Field({ label, value, onValue, type = 'text', autocomplete }: FieldProps) {
  const id = useId();
  const common = {
    ...{ id, value, required: true, spellcheck: false, autocapitalize: 'none' as const },
    ...(autocomplete && { autocomplete }),
    onInput: (event: { currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'text' && <input type="text" {...common} />}
      {type === 'password' && <input type="password" {...common} />}
      {type === 'datetime-local' && <input type="datetime-local" {...common} />}
    </div>
  );
}
