import type { Alarm } from '#model/alarm';
import { MINUTE, type Ms } from '#model/time';
import type { Happening } from './rehearse.ts';

/*
 * A rehearsal as lines that a person reads, and writes down as what is expected:
 *
 *     15m fridge-1.temp/high raised
 *     15m fridge-1.temp/high raised -> li, wang
 *     20m fridge-1.temp/high acknowledged by li
 */

interface Line {
  readonly what: string;
  /** Of a message. */
  readonly to: ReadonlySet<string> | null;
}

/** In the order of time; one line for all who get the same message. */
export function linesOf(happenings: readonly Happening[]): string[] {
  const told = new Map<string, Set<string>>();
  const lines = happenings.flatMap((happening): Line[] => {
    const what = lineOf(happening);
    if (happening.kind !== 'message') return [{ what, to: null }];
    const { person } = happening.delivery;
    const to = told.get(what);
    if (to !== undefined) {
      to.add(person);
      return [];
    }
    const people = new Set([person]);
    told.set(what, people);
    return [{ what, to: people }];
  });
  return lines.map(({ what, to }) => (to === null ? what : `${what}${ARROW}${[...to].join(', ')}`));
}

const ARROW = ' -> ';

function lineOf(happening: Happening): string {
  const minute = minuteOf(happening.after);
  switch (happening.kind) {
    case 'event': {
      const { type, by, alarm } = happening.event;
      return `${minute} ${nameOf(alarm)} ${type}${by === null ? '' : ` by ${by}`}`;
    }
    case 'message': {
      const { event, alarms } = happening.delivery;
      return `${minute} ${alarms.map(nameOf).join(' ')} ${event}`;
    }
    case 'refused': {
      const { act, why } = happening;
      const what = act.rule === null ? act.point : `${act.point}/${act.rule}`;
      return `${minute} ${what} ${act.action.type} by ${act.by} refused: ${why}`;
    }
  }
}

const nameOf = ({ point, rule }: Alarm): string => `${point}/${rule.id}`;

const minuteOf = (after: Ms): string => `${Math.floor(after / MINUTE)}m`;

export interface Compared {
  /** Expected, and did not happen. */
  readonly missing: readonly string[];
  /** Happened, and was not expected. */
  readonly unexpected: readonly string[];
}

/** The order within a minute, blanks and the order of people do not count. */
export function compare(happened: readonly string[], expected: readonly string[]): Compared {
  const open = happened.map((line) => ({ line, key: keyOf(line) }));
  const missing = expected.filter((line) => {
    const index = open.findIndex(({ key }) => key === keyOf(line));
    if (index >= 0) open.splice(index, 1);
    return index < 0;
  });
  return { missing, unexpected: open.map(({ line }) => line) };
}

function keyOf(line: string): string {
  const [what = '', people] = line.trim().replace(/\s+/g, ' ').split(ARROW);
  if (people === undefined) return what;
  return `${what}${ARROW}${people
    .split(',')
    .map((person) => person.trim())
    .sort()
    .join()}`;
}
