import type { ReportCondition } from '#model/condition';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import { type Clock, MINUTE, type Ms, type Timer } from '#model/time';

const LOOK: Ms = MINUTE;

export interface TestWatchOptions {
  readonly site: Site;
  readonly clock: Clock;
  readonly report: ReportCondition;
  /** Ids of people who owe an answer to their test call. */
  readonly unanswered: () => readonly string[];
}

/** Makes an alarm of each person who does not answer the regular test: the way to them may be broken. */
export class TestWatch implements Part {
  readonly name = 'test watch';
  readonly #options: TestWatchOptions;
  #timer: Timer | undefined;

  constructor(options: TestWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#look();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
  }

  #look(): void {
    const { site, clock, report, unanswered } = this.#options;
    const owing = new Set(unanswered());
    for (const { id, name } of site.people)
      report('test-unanswered', owing.has(id), { id, name: { zh: name, en: name } });
    this.#timer = clock.after(LOOK, () => this.#look());
  }
}
