import type { Outage } from '#model/outage';
import { type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';

/** Events of one cause and device in an hour that are told one by one; what comes beyond them is told as one. */
const LIMIT = 10;
/** So many of them are told at once even if they are over: what is gathered is lost when the gateway dies. */
const AT_ONCE = 4;
/** Short outages are gathered for so long: a line that skips each second read is one outage, not thirty. */
const GATHER: Ms = MINUTE;

interface Page {
  hour: number;
  told: number;
  /** The start of an outage that was told while it lasted, so that its end is told, too. */
  open: EpochMs | null;
  gathered: Outage | null;
  since: EpochMs;
}

/**
 * Decides what is worth an event, so that a device that flaps cannot flood the journal: at most 2 × `LIMIT` + 1 events of
 * one cause and device in an hour, and no count is lost. Pure: time is an argument.
 */
export class OutageBook {
  readonly #pages = new Map<string, Page>();

  /** What is to be recorded now. */
  add(outage: Outage, now: EpochMs): readonly Outage[] {
    const page = this.#page(outage, now);
    const { from, to } = outage;
    if (to !== null && page.open === from) {
      page.open = null;
      return [outage];
    }
    if (to === null && page.told < LIMIT) {
      page.told += 1;
      page.open = from;
      return [outage];
    }
    if (page.gathered === null && page.told < AT_ONCE) {
      page.told += 1;
      return [outage];
    }
    if (page.gathered === null) page.since = now;
    page.gathered = page.gathered === null ? outage : joined(page.gathered, outage);
    return [];
  }

  /** What was gathered for long enough. */
  due(now: EpochMs): readonly Outage[] {
    return [...this.#pages.values()].flatMap((page) => {
      turn(page, now);
      const ripe = now - page.since >= GATHER && page.told < LIMIT;
      return ripe ? take(page) : [];
    });
  }

  /** Everything that was gathered: nothing comes after it. */
  rest(): readonly Outage[] {
    return [...this.#pages.values()].flatMap(take);
  }

  #page({ cause, device }: Outage, now: EpochMs): Page {
    const key = `${cause} ${device ?? ''}`;
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { hour: 0, told: 0, open: null, gathered: null, since: now };
      this.#pages.set(key, page);
    }
    turn(page, now);
    return page;
  }
}

function turn(page: Page, now: EpochMs): void {
  const hour = Math.floor(now / HOUR);
  if (page.hour === hour) return;
  page.hour = hour;
  page.told = 0;
}

function take(page: Page): readonly Outage[] {
  const { gathered } = page;
  if (gathered === null) return [];
  page.gathered = null;
  page.told += 1;
  return [gathered];
}

function joined(a: Outage, b: Outage): Outage {
  const readings = a.readings === null && b.readings === null ? null : (a.readings ?? 0) + (b.readings ?? 0);
  const to = b.to === null ? null : Math.max(a.to ?? b.to, b.to);
  return { ...a, from: Math.min(a.from, b.from), to, readings };
}
