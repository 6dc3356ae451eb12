import { useState } from 'preact/hooks';
import type { Scene } from '#model/channel';
import type { IndicatorState } from '#model/indicator';
import { formatExactLength } from '#model/length-words';
import { HOUR, MINUTE, type Ms } from '#model/time';
import { client } from '../client.ts';
import { formatUntil } from '../format/time.ts';
import { useNow, usePage, useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';
import type { Words } from '../words.ts';
import { Mark } from './mark.tsx';

interface IndicatorCardProps {
  readonly indicator: IndicatorState;
  readonly onDone: () => void;
}

/** What a light shows, and what keeps it from it; silence it for a while, or try it. */
export function IndicatorCard({
  indicator: { name, title, scene, trouble, mutedUntil },
  onDone,
}: IndicatorCardProps) {
  const { w, say } = useWords();
  const { me } = usePage();
  const now = useNow();
  return (
    <article class="card duty-card">
      <h2>
        {say(title)} <small>{name}</small>
      </h2>
      <p class="scene">
        <Mark state={scene === null ? 'none' : (scene.unacknowledged ?? scene.active ?? 'normal')} />{' '}
        {sceneWords(scene, w)}
        {mutedUntil !== null && ` · ${w.mutedUntil} ${formatUntil(mutedUntil, now)}`}
      </p>
      {trouble !== null && (
        <p class="trouble">
          <b>{w.trouble}</b> {trouble}
        </p>
      )}
      {me.role !== 'viewer' && <IndicatorActions name={name} onDone={onDone} />}
    </article>
  );
}

function sceneWords(scene: Scene | null, w: Words): string {
  if (scene === null) return w.notShown;
  if (scene.unacknowledged !== null) return `${w[scene.unacknowledged]} · ${w.unacknowledged}`;
  return scene.active === null ? w.noAlarms : `${w[scene.active]} · ${w.acknowledged}`;
}

const MUTED_FOR: readonly Ms[] = [15 * MINUTE, HOUR];

function IndicatorActions({ name, onDone }: { name: string; onDone: () => void }) {
  const { w, language } = useWords();
  const now = useNow();
  const { error, busy, run } = usePageError();
  const [testing, setTesting] = useState(false);
  const mute = (length: Ms) => run(() => client.mute(name, now + length).then(onDone));
  const test = () => {
    setTesting(true);
    run(() =>
      client
        .test(name)
        .then(onDone)
        .finally(() => setTesting(false)),
    );
  };
  return (
    <>
      <div class="span-picker">
        {MUTED_FOR.map((length) => (
          <button key={length} type="button" disabled={busy} onClick={() => mute(length)}>
            {w.mute} {formatExactLength(length, language)}
          </button>
        ))}
        <button type="button" disabled={busy} onClick={test}>
          {testing ? w.testing : w.testIndicator}
        </button>
      </div>
      <p class="form-error" role="alert">
        {error}
      </p>
    </>
  );
}
