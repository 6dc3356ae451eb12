import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import type { Rule } from '#model/rule';
import type { Suppression } from '#model/site';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { isActive, unmarked, withoutHold } from './occurrence.ts';

/*
 * Suppression by design: while the mains are lost, twenty sensors that fell silent are not twenty alarms. What nobody is
 * told of explains nothing, so behind each suppressed alarm stands one that people hear of: a cause that is shelved or
 * out of service has no effects, and one that is suppressed itself passes on what explains it.
 */

/** How long an alarm waits for its explanation: whichever of both was noticed first. Ours. */
const GRACE: Ms = 10 * SECOND;
/** When the explanation is over, devices start again and speak: as long as they may be silent otherwise, at most this. Ours. */
const LONGEST_RECOVERY: Ms = 15 * MINUTE;
const RECOVERY: Ms = MINUTE;

/** Something is missing, or the instrument is at fault; others show that a value is wrong. */
const ABSENCES: ReadonlySet<Rule['kind']> = new Set<Rule['kind']>(['no-data', 'fault', 'frozen']);

/** A value that is critical is told at once, whatever explains it. */
const mayBeSuppressed = ({ rule }: Alarm): boolean => rule.severity !== 'critical' || ABSENCES.has(rule.kind);

/** The alarms that there are. */
export interface Scene {
  get(id: string): Alarm | undefined;
  /** Those of a point that last. */
  lasting(point: PointId): readonly Alarm[];
}

/** The site's suppressions. */
export class Suppressions {
  /** By the point that they cover: a large site has thousands, and every open alarm asks. */
  readonly #covering: ReadonlyMap<PointId, readonly Suppression[]>;
  readonly #causes: ReadonlySet<PointId>;

  constructor(suppressions: readonly Suppression[]) {
    const pairs = suppressions.flatMap((suppression) =>
      suppression.points.map((point) => ({ point, suppression })),
    );
    const grouped = Map.groupBy(pairs, ({ point }) => point);
    this.#covering = new Map([...grouped].map(([point, of]) => [point, of.map((pair) => pair.suppression)]));
    this.#causes = new Set(suppressions.map(({ by }) => by));
  }

  /** Whether an alarm of the point may explain others. */
  isCause(point: PointId): boolean {
    return this.#causes.has(point);
  }

  /** The alarm as it is raised: explained, held back for a moment, or as it is. */
  raised(alarm: Alarm, scene: Scene, now: EpochMs): Alarm {
    const over = this.#over(alarm);
    if (over.length === 0) return alarm;
    const cause = causeOf(alarm, over, scene);
    return cause === null ? { ...alarm, heldUntil: now + GRACE } : { ...alarm, suppressedBy: cause };
  }

  /** The alarm as it should be by now; the same object when it is so. */
  reviewed(alarm: Alarm, scene: Scene, now: EpochMs): Alarm {
    const cause = causeOf(alarm, this.#over(alarm), scene);
    return cause === null ? unexplained(alarm, now) : explained(alarm, cause);
  }

  #over(alarm: Alarm): Suppression[] {
    const { point, rule } = alarm;
    const covering = this.#covering.get(point);
    if (covering === undefined || !isActive(alarm) || !mayBeSuppressed(alarm)) return [];
    return covering.filter(({ kinds }) => kinds.includes(rule.kind));
  }
}

/** By id; the one that it has as long as that is good. */
function causeOf(alarm: Alarm, over: readonly Suppression[], scene: Scene): string | null {
  const causes = over
    .flatMap(({ by, byKinds }) => scene.lasting(by).filter(({ rule }) => byKinds.includes(rule.kind)))
    .flatMap((cause) => rootOf(cause, scene))
    .filter((id) => id !== alarm.id);
  return causes.find((id) => id === alarm.suppressedBy) ?? causes[0] ?? null;
}

/** What explains where this alarm explains: itself, or what it is suppressed by; nothing while nobody hears of that. */
function rootOf(cause: Alarm, scene: Scene): string[] {
  const root = cause.suppressedBy === null ? cause : scene.get(cause.suppressedBy);
  if (root === undefined || !isActive(root) || root.suppressedBy !== null) return [];
  return isSilenced(cause) || isSilenced(root) ? [] : [root.id];
}

const isSilenced = ({ shelvedUntil, outOfService }: Alarm): boolean => shelvedUntil !== null || outOfService;

function explained(alarm: Alarm, cause: string): Alarm {
  if (alarm.suppressedBy === cause && alarm.heldUntil === undefined) return alarm;
  return { ...withoutHold(alarm), suppressedBy: cause };
}

function unexplained(alarm: Alarm, now: EpochMs): Alarm {
  const { suppressedBy, heldUntil } = alarm;
  if (suppressedBy === null && heldUntil === undefined) return alarm;
  if (isActive(alarm) && heldUntil === undefined) return { ...alarm, heldUntil: now + recoveryOf(alarm) };
  if (isActive(alarm) && heldUntil !== undefined && heldUntil > now) return alarm;
  return unmarked({ ...withoutHold(alarm), suppressedBy: null });
}

const recoveryOf = ({ rule }: Alarm): Ms =>
  'after' in rule ? Math.min(rule.after, LONGEST_RECOVERY) : RECOVERY;
