import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';

/** The occurrences that last, by point and rule: one of each. */
export class Lasting {
  readonly #points = new Map<PointId, Map<string, string>>();

  put({ id, point, rule }: Alarm): void {
    const rules = this.#points.get(point);
    if (rules === undefined) this.#points.set(point, new Map([[rule.id, id]]));
    else rules.set(rule.id, id);
  }

  take({ point, rule }: Alarm): void {
    const rules = this.#points.get(point);
    if (rules?.delete(rule.id) && rules.size === 0) this.#points.delete(point);
  }

  /** The alarm's id. */
  get(point: PointId, rule: string): string | undefined {
    return this.#points.get(point)?.get(rule);
  }

  of(point: PointId): string[] {
    return [...(this.#points.get(point)?.values() ?? [])];
  }
}
