import type { NewDelivery, Telling, TellingAttempt, Tellings } from '#model/outbox';
import type { EpochMs } from '#model/time';

/** What was told, in memory. */
export class MemoryTellings implements Tellings {
  readonly #told: Telling[] = [];

  tell(delivery: NewDelivery, attempts: readonly TellingAttempt[] = []): Telling {
    const telling: Telling = {
      ...delivery,
      ...{ id: this.#told.length + 1, state: 'sent', answeredAt: null, attempts },
    };
    this.#told.push(telling);
    return telling;
  }

  async ofAlarm(alarm: string): Promise<readonly Telling[]> {
    return this.#told.filter(({ alarms }) => alarms.some(({ id }) => id === alarm));
  }

  async telling(id: number): Promise<Telling | null> {
    return this.#told[id - 1] ?? null;
  }

  async answered(id: number, at: EpochMs): Promise<void> {
    const telling = this.#told[id - 1];
    if (telling !== undefined && telling.answeredAt === null)
      this.#told[id - 1] = { ...telling, answeredAt: at };
  }
}
