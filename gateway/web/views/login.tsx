import { useState } from 'preact/hooks';
import { client, type Me } from '../client.ts';
import { useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';
import { Entry } from '../parts/entry.tsx';
import { Field } from '../parts/field.tsx';

export function Login({ onLogin }: { onLogin: (me: Me) => void }) {
  const { w } = useWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { error, busy, run } = usePageError();
  const submit = () => run(async () => onLogin(await client.login(name.trim(), password)));
  return (
    <Entry title={w.login} hint={w.loginHint} error={error} action={w.login} busy={busy} onSubmit={submit}>
      <Field label={w.name} value={name} onValue={setName} autocomplete="username" />
      <Field
        label={w.password}
        value={password}
        onValue={setPassword}
        type="password"
        autocomplete="current-password"
      />
    </Entry>
  );
}
