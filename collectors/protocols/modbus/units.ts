import type { Ms } from '#model/time';
import { type ModbusFault, NotAsked } from './fault.ts';

/** After so many failures in a row a unit no longer gets its turn each time, when others share its wire. */
const PATIENCE = 2;

/** What a wire knows of one of its units. */
interface Unit {
  /** In a row. */
  readonly failures: number;
  /** Monotonic. */
  readonly notBefore: Ms;
  readonly fault: ModbusFault | undefined;
}

const WELL: Unit = { failures: 0, notBefore: Number.NEGATIVE_INFINITY, fault: undefined };

/**
 * The units of one wire, and which of them are dead. A dead unit holds up the others by one time-out each time it is
 * asked. Each is asked once in the time that two questions to every dead unit take: together they never take more than
 * half of the wire's time, however many they are; and as long as that allows, each is asked in each of its periods, so
 * that it is back within one.
 */
export class Units {
  readonly #units = new Map<number, Unit>();

  get count(): number {
    return this.#units.size;
  }

  /** The unit is one of the wire, though it may never have been asked yet. */
  meet(id: number): void {
    if (!this.#units.has(id)) this.#units.set(id, WELL);
  }

  /** Throws for a unit that is dead and not yet to be asked again. */
  refuseDead(id: number, now: Ms): void {
    const { fault, notBefore } = this.#units.get(id) ?? WELL;
    if (fault !== undefined && now < notBefore) throw new NotAsked(fault);
  }

  answered(id: number): void {
    this.#units.set(id, WELL);
  }

  /** `took`: for how long the question held the wire. */
  failed(id: number, fault: ModbusFault, { now, took }: { readonly now: Ms; readonly took: Ms }): void {
    const failures = (this.#units.get(id) ?? WELL).failures + 1;
    this.#units.set(id, { failures, notBefore: now, fault });
    // A unit alone on its wire holds nobody up.
    const isDead = this.#units.size > 1 && failures >= PATIENCE;
    if (isDead) this.#units.set(id, { failures, notBefore: now + (2 * this.#dead - 1) * took, fault });
  }

  get #dead(): number {
    return [...this.#units.values()].filter(({ failures }) => failures >= PATIENCE).length;
  }
}
