import type { Alarm, Alarms } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { Journal } from '#model/journal';
import type { IssueLink } from '#model/link';
import type { Log } from '#model/log';
import type { Telling, Tellings } from '#model/outbox';
import type { Part } from '#model/part';
import type { Person, Site } from '#model/site';
import { testAnswered } from '#model/test-call';
import { type Clock, DAY, type EpochMs, type Ms } from '#model/time';
import { openLinkSecret } from './secret.ts';
import { isGenuine, readToken, sealToken } from './token.ts';

/** An answer of the day before is none; and who finds an old phone finds no way in. Ours: no standard names a time. */
const VALID_FOR: Ms = DAY;

export interface LinksOptions {
  readonly site: Site;
  /** The data folder: the secret lies in it. */
  readonly dir: string;
  readonly alarms: Alarms;
  readonly tellings: Tellings;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

/** What stands behind a genuine link. */
export interface LinkView {
  readonly person: Pick<Person, 'id' | 'name' | 'language'>;
  /** `test`: a trial to be confirmed. Else alarms to be acknowledged. */
  readonly about: 'test' | 'alarms';
  /** As they stand now. */
  readonly alarms: readonly Alarm[];
  readonly expires: EpochMs;
  /** When it was used. */
  readonly answeredAt: EpochMs | null;
}

/**
 * Links by which a person answers a message without a log-in: each for one message, one person, one day, one answer.
 * Looking changes nothing, because chat programs look at every link; only the answer does.
 */
export class Links implements Part {
  readonly name = 'links';
  readonly #options: LinksOptions;
  #secret: Uint8Array | undefined;
  /** Messages whose answer is being given. */
  readonly #busy = new Set<number>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#secret = await openLinkSecret(this.#options.dir, this.#options.log);
  }

  async stop(): Promise<void> {
    this.#secret = undefined;
  }

  readonly issue: IssueLink = ({ id, key, person, event, alarms }) => {
    const { pageUrl } = this.#options.site;
    if (pageUrl === null || this.#secret === undefined) return null;
    if (event !== 'test' && !alarms.some(awaitsAnswer)) return null;
    const expires = this.#options.clock.wall() + VALID_FOR;
    return `${pageUrl.replace(/\/+$/, '')}/l/${sealToken(this.#secret, { id, key, person, expires })}`;
  };

  /** Throws `link-invalid` or `link-expired`. */
  async look(token: string): Promise<LinkView> {
    const { telling, person, expires } = await this.#open(token);
    return {
      person,
      about: telling.event === 'test' ? 'test' : 'alarms',
      alarms: await Promise.all(telling.alarms.map((alarm) => this.#present(alarm))),
      expires,
      answeredAt: telling.answeredAt,
    };
  }

  /** Throws `link-invalid`, `link-expired`, `link-used`, `alarm-taken`, `alarm-over`. Journaled when it resolves. */
  async answer(token: string, comment: string): Promise<LinkView> {
    const { telling, person } = await this.#open(token);
    if (telling.answeredAt !== null || this.#busy.has(telling.id)) throw used(telling);
    this.#busy.add(telling.id);
    try {
      if (telling.event === 'test') await this.#confirm(person);
      else await this.#acknowledge(telling, person, comment);
      // Afterwards: dying in between leaves a link that finds its alarm taken, not an alarm that nobody took.
      await this.#options.tellings.answered(telling.id, this.#options.clock.wall());
    } finally {
      this.#busy.delete(telling.id);
    }
    return this.look(token);
  }

  async #open(token: string): Promise<{ telling: Telling; person: Person; expires: EpochMs }> {
    const { tellings, site, clock } = this.#options;
    const claim = readToken(token);
    const telling = claim && (await tellings.telling(claim.id));
    if (claim === undefined || !telling || this.#secret === undefined) throw invalid();
    const { id, key, person: who } = telling;
    if (!isGenuine(this.#secret, token, { id, key, person: who, expires: claim.expires })) throw invalid();
    const person = site.people.find((candidate) => candidate.id === who);
    if (person === undefined) throw invalid();
    if (claim.expires <= clock.wall())
      throw new HygateError(
        'link-expired',
        'This link is older than a day: log in to the page to acknowledge.',
      );
    return { telling, person, expires: claim.expires };
  }

  async #confirm({ id, name }: Person): Promise<void> {
    const { journal, clock } = this.#options;
    await journal.record(testAnswered({ person: id, by: name, at: clock.wall() }));
  }

  async #acknowledge({ key, alarms }: Telling, person: Person, comment: string): Promise<void> {
    const { journal, clock } = this.#options;
    const present = await Promise.all(alarms.map((alarm) => this.#present(alarm)));
    const open = present.filter(awaitsAnswer);
    if (open.length === 0) throw answeredBefore(present);
    const data = { person: person.id, alarms: open.map(({ id }) => id), message: key };
    await journal.record({ type: 'link-answered', at: clock.wall(), by: person.name, data });
    const acts = open.map(({ id }) =>
      this.#options.alarms.act(id, person.name, { type: 'acknowledge', comment }),
    );
    const ended = await Promise.allSettled(acts);
    // One of several that ended or was taken this very moment does not keep the others from being taken.
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined && ended.every(({ status }) => status === 'rejected')) throw failed.reason;
  }

  /** What is over is no longer in memory; its last event tells how it ended. */
  async #present(alarm: Alarm): Promise<Alarm> {
    const { alarms } = this.#options;
    const open = alarms.open().find(({ id }) => id === alarm.id);
    return open ?? (await alarms.events(alarm.id)).at(-1)?.alarm ?? alarm;
  }
}

/** Nobody has taken it. */
export const awaitsAnswer = ({ state }: Alarm): boolean => state === 'unacknowledged' || state === 'returned';

const invalid = (): HygateError =>
  new HygateError('link-invalid', 'This is no link of this gateway: open the one in the message, whole.');

function used({ answeredAt }: Telling): HygateError {
  const when = answeredAt === null ? 'just now' : `at ${new Date(answeredAt).toISOString()}`;
  return new HygateError('link-used', `This link was used ${when}; each can be used once.`);
}

function answeredBefore(alarms: readonly Alarm[]): HygateError {
  const taken = alarms.find(({ acknowledged }) => acknowledged !== null)?.acknowledged;
  if (!taken) return new HygateError('alarm-over', 'The alarm is over: there is nothing to acknowledge.');
  const when = new Date(taken.at).toISOString();
  return new HygateError('alarm-taken', `${taken.by} has acknowledged it at ${when}.`);
}
