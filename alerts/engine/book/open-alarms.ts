import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import { isActive, isOver } from './occurrence.ts';

export const ruleKey = (point: PointId, rule: string): string => `${point}/${rule}`;
export const keyOf = ({ point, rule }: Alarm): string => ruleKey(point, rule.id);

/** The occurrences that are not over, and which of them last: one of each point and rule. */
export class OpenAlarms {
  readonly #alarms = new Map<string, Alarm>();
  /** Point and rule → ids. */
  readonly #ofRule = new Map<string, Set<string>>();
  /** Point → rule → id of the alarm. */
  readonly #lasting = new Map<PointId, Map<string, string>>();
  #changed = new Map<string, Alarm>();

  constructor(alarms: readonly Alarm[]) {
    for (const alarm of alarms) this.put(alarm);
    this.#changed = new Map();
  }

  /** May be changed meanwhile. */
  all(): IterableIterator<Alarm> {
    return this.#alarms.values();
  }

  get(id: string): Alarm | undefined {
    return this.#alarms.get(id);
  }

  /** The one of a point and rule that lasts. */
  active(key: string): Alarm | undefined {
    const slash = key.lastIndexOf('/');
    const id = this.#lasting.get(key.slice(0, slash))?.get(key.slice(slash + 1));
    return id === undefined ? undefined : this.get(id);
  }

  /** All of a point and rule. */
  ofRule(key: string): Alarm[] {
    return [...(this.#ofRule.get(key) ?? [])].flatMap((id) => this.get(id) ?? []);
  }

  /** Those of a point. */
  lasting(point: PointId): Alarm[] {
    return [...(this.#lasting.get(point)?.values() ?? [])].flatMap((id) => this.get(id) ?? []);
  }

  /** In the place of what was there under its id. */
  put(alarm: Alarm): void {
    this.#changed.set(alarm.id, alarm);
    if (isOver(alarm)) this.#remove(alarm);
    else this.#add(alarm);
    const rules = this.#lasting.get(alarm.point) ?? new Map<string, string>();
    if (isActive(alarm)) this.#lasting.set(alarm.point, rules.set(alarm.rule.id, alarm.id));
    else if (rules.get(alarm.rule.id) === alarm.id) rules.delete(alarm.rule.id);
    if (rules.size === 0) this.#lasting.delete(alarm.point);
  }

  #add(alarm: Alarm): void {
    const key = keyOf(alarm);
    this.#alarms.set(alarm.id, alarm);
    this.#ofRule.set(key, (this.#ofRule.get(key) ?? new Set()).add(alarm.id));
  }

  #remove(alarm: Alarm): void {
    const key = keyOf(alarm);
    const ids = this.#ofRule.get(key);
    this.#alarms.delete(alarm.id);
    ids?.delete(alarm.id);
    if (ids?.size === 0) this.#ofRule.delete(key);
  }

  /** Those that were put since the last call, as they are. */
  drain(): Alarm[] {
    const changed = [...this.#changed.values()];
    this.#changed = new Map();
    return changed;
  }
}
