import type { Area } from '#model/site';
import { usePage, useWords } from '../page-context.ts';
import type { BoardPoint } from '../state/board-point.ts';
import { DeviceCard } from './device-card.tsx';

/** An area takes as much of a wide screen as it has devices. */
export function AreaSection({ area, points }: { area: Area; points: ReadonlyMap<string, BoardPoint> }) {
  const { say } = useWords();
  const { site } = usePage();
  const devices = site.devices.filter((device) => device.area === area.id);
  if (devices.length === 0) return null;
  return (
    <section class="area" style={{ '--devices': devices.length }} aria-labelledby={`area-${area.id}`}>
      <h2 id={`area-${area.id}`}>{say(area.name)}</h2>
      <div class="cards">
        {devices.map((device) => (
          <DeviceCard key={device.id} device={device} points={points} />
        ))}
      </div>
    </section>
  );
}
