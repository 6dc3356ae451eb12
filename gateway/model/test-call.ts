import type { JournalEvent } from './journal.ts';
import type { EpochMs } from './time.ts';

/** Somebody confirmed that the regular test of the way to a person arrived. */
export interface TestAnswer {
  /** Id of the person whose way it is. */
  readonly person: string;
  /** Name of whoever confirmed it. */
  readonly by: string;
  readonly at: EpochMs;
}

const TYPE = 'test-answered';

export const testAnswered = ({ person, by, at }: TestAnswer): JournalEvent => ({
  type: TYPE,
  at,
  by,
  data: { person },
});

/** Id of the person; undefined when the event is another. */
export function testAnsweredOf({ type, data }: JournalEvent): string | undefined {
  const { person } = data;
  return type === TYPE && typeof person === 'string' ? person : undefined;
}
