import { SEVERITIES } from '#model/standard';
import { formatMoment } from '../format/time.ts';
import { useLive, useNow, useWords } from '../page-context.ts';
import type { BoardPoint } from '../state/board-point.ts';
import type { PageDevice } from '../state/site.ts';
import { Mark } from './mark.tsx';
import { PointRow } from './point-row.tsx';

/** A device with its points; when it does not answer, the reason stands under its name. */
export function DeviceCard({
  device,
  points,
}: {
  device: PageDevice;
  points: ReadonlyMap<string, BoardPoint>;
}) {
  const { say } = useWords();
  const shown = device.points.flatMap((point) => points.get(point.id) ?? []);
  const worst = SEVERITIES.findLast((severity) => shown.some(({ state }) => state === severity));
  return (
    <article class={`card ${worst ?? ''}`}>
      <h3>{say(device.name)}</h3>
      <DeviceDown device={device.id} />
      <ul>
        {shown.map((point) => (
          <li key={point.point.id}>
            <PointRow {...point} />
          </li>
        ))}
      </ul>
    </article>
  );
}

function DeviceDown({ device }: { device: string }) {
  const { w } = useWords();
  const state = useLive().devices.get(device);
  const now = useNow();
  if (state === undefined || state.up) return null;
  return (
    <p class="device-down">
      <Mark state="bad" />
      <span>
        <strong>{w.deviceDown}</strong> {state.why}
        <small>
          {w.since} {formatMoment(state.since, now)}
        </small>
      </span>
    </p>
  );
}
