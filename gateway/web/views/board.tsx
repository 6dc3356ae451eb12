import type { Area } from '#model/site';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { AreaSection } from '../parts/area-section.tsx';
import { type BoardPoint, boardPoints } from '../state/board-point.ts';

/** All areas with their devices and what they show now. */
export function Board() {
  const { site } = usePage();
  const live = useLive();
  const now = useNow();
  const points = boardPoints(site, live, now);
  return (
    <div class={`board ${live.connection}`}>
      <BoardSummary points={[...points.values()]} />
      <div class="areas">
        {site.areas.map((area: Area) => (
          <AreaSection key={area.id} area={area} points={points} />
        ))}
      </div>
    </div>
  );
}

function BoardSummary({ points }: { points: readonly BoardPoint[] }) {
  const { w } = useWords();
  const count = (...states: BoardPoint['state'][]) =>
    points.filter(({ state }) => states.includes(state)).length;
  return (
    <h1 class="board-summary">
      <span>
        <b>{points.length}</b> {w.points}
      </span>
      <span>
        <b>{count('normal', 'uncertain')}</b> {w.normal}
      </span>
      <span class="alarmed">
        <b>{count('notice', 'warning', 'critical')}</b> {w.inAlarm}
      </span>
      <span class="dataless">
        <b>{count('bad', 'stale', 'none')}</b> {w.withoutData}
      </span>
      {count('out-of-service') > 0 && (
        <span>
          <b>{count('out-of-service')}</b> {w['out-of-service']}
        </span>
      )}
    </h1>
  );
}
