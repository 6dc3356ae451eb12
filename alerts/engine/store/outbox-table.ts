import type { DatabaseSync } from 'node:sqlite';
import {
  type Ask,
  type Attempt,
  type Delivery,
  isUrgent,
  type NewDelivery,
  type OpenReceipt,
  type Telling,
  type TellingAttempt,
} from '#model/outbox';
import type { EpochMs } from '#model/time';
import { transaction } from '../../../gateway/runtime/transaction.ts';
import { parseAlarms } from './stored-alarm.ts';

/** Of a person's queue no more is looked at at once: what is behind is reached when this is done. */
const LOOKED_AT = { oldest: 100, urgent: 10 };

/** The outbox in alarms.sqlite: who is to be told what, and how every try of it ended. */
export class OutboxTable {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** In the caller's transaction. The same twice is the same as once. */
  enqueue(deliveries: readonly NewDelivery[]): void {
    for (const delivery of deliveries) {
      const id = this.#insert(delivery, false);
      if (id !== null && delivery.event === 'cleared') this.#dropUnheard(id, delivery);
    }
  }

  /**
   * Nothing more is said of these alarms, but that they are over. In the caller's transaction. `but`: keys that stay,
   * because they came with this very decision.
   */
  withdraw(alarms: readonly string[], at: EpochMs, but: readonly string[]): void {
    const unwanted = new Set(alarms);
    const rows = alarms.flatMap((alarm) =>
      this.#db
        .prepare(
          `SELECT outbox.*, 0 AS waiting FROM outbox_alarms JOIN outbox ON id = delivery
           WHERE outbox_alarms.alarm = ? AND state = 'waiting' AND event <> 'cleared'`,
        )
        .all(alarm),
    );
    for (const row of rows) if (!but.includes(String(row['key']))) this.#withdrawFrom(row, unwanted, at);
    // Should the provider say later that it did not arrive, it is not sent by another way.
    const sent = this.#db.prepare(
      `UPDATE outbox SET unwanted = 1 WHERE ask_at IS NOT NULL AND event NOT IN ('cleared', 'digest')
         AND id IN (SELECT delivery FROM outbox_alarms WHERE alarm = ?)`,
    );
    for (const alarm of alarms) sent.run(alarm);
  }

  next(): Delivery[] {
    const rows = this.#db
      .prepare(
        // Sorted by number and not with all that a row says: this is asked after each message that was sent.
        `SELECT outbox.*, queue.waiting FROM (
           SELECT id, urgent, count(*) OVER (PARTITION BY person) AS waiting,
             row_number() OVER (PARTITION BY person ORDER BY id) AS place,
             row_number() OVER (PARTITION BY person ORDER BY urgent DESC, id) AS urgency
           FROM outbox WHERE state = 'waiting' AND unwanted = 0
         ) AS queue JOIN outbox USING (id)
         WHERE place <= ? OR (queue.urgent = 1 AND urgency <= ?) ORDER BY id`,
      )
      .all(LOOKED_AT.oldest, LOOKED_AT.urgent);
    return rows.map(toDelivery);
  }

  sending(id: number, channel: string): void {
    this.#db.prepare('UPDATE outbox SET sending = 1, channel = ? WHERE id = ?').run(channel, id);
  }

  settle(id: number, attempt: Attempt): void {
    const { channel, at, result, answer, state, nextTry, closed, doubtful, ask } = attempt;
    const isTry = result !== 'delivered' && result !== 'unconfirmed' && result !== 'undelivered';
    transaction(this.#db, () => {
      this.#record(id, { channel, at, result, answer });
      this.#db
        .prepare(
          `UPDATE outbox SET sending = 0, tries = tries + ?, state = ?, next_try = ?, closed = ?, doubtful = ?,
             channel = ?, answer = ?, receipt = ?, ask_at = ?, asked = 0, sent_at = ? WHERE id = ?`,
        )
        .run(
          ...[isTry ? 1 : 0, state, nextTry, JSON.stringify(closed), doubtful ? 1 : 0, channel, answer],
          ...[ask?.receipt ?? null, ask?.at ?? null, at, id],
        );
      if (state === 'waiting') this.#dropUnwanted(id, at);
      if (result === 'undelivered') this.#dropOvertaken(id, at);
    });
  }

  /** Only what still waits and is not being sent just now is merged. */
  merge(ids: readonly number[], into: NewDelivery): void {
    transaction(this.#db, () => {
      const rows = ids.flatMap((id) =>
        this.#db.prepare("SELECT * FROM outbox WHERE id = ? AND state = 'waiting'").all(id),
      );
      if (rows.length === 0) return;
      this.#insert(into, rows.some(isDoubtful));
      for (const row of rows) this.#end(Number(row['id']), 'merged', into.at, `told in ${into.key}`);
    });
  }

  receipts(): OpenReceipt[] {
    const rows = this.#db
      .prepare(
        "SELECT *, 0 AS waiting FROM outbox WHERE ask_at IS NOT NULL AND state = 'sent' ORDER BY ask_at",
      )
      .all();
    return rows.map((row) => ({
      ...toDelivery(row),
      ...{ channel: String(row['channel']), sentAt: Number(row['sent_at']) },
      ask: { receipt: String(row['receipt']), at: Number(row['ask_at']), asked: Number(row['asked']) },
    }));
  }

  askAgain(id: number, { receipt, at, asked }: Ask): void {
    this.#db
      .prepare('UPDATE outbox SET receipt = ?, ask_at = ?, asked = ? WHERE id = ?')
      .run(receipt, at, asked, id);
  }

  ofAlarm(alarm: string): Telling[] {
    const rows = this.#db
      .prepare(
        'SELECT outbox.* FROM outbox_alarms JOIN outbox ON id = delivery WHERE outbox_alarms.alarm = ? ORDER BY id',
      )
      .all(alarm);
    return rows.map((row) => this.#toTelling(row));
  }

  telling(id: number): Telling | null {
    const row = this.#db.prepare('SELECT * FROM outbox WHERE id = ?').get(id);
    return row === undefined ? null : this.#toTelling(row);
  }

  /** Once: the first answer stands. */
  answered(id: number, at: EpochMs): void {
    this.#db.prepare('UPDATE outbox SET answered_at = ? WHERE id = ? AND answered_at IS NULL').run(at, id);
  }

  /** Null when it is there already. */
  #insert(delivery: NewDelivery, doubtful: boolean): number | null {
    const { key, person, event, at, alarms, severity } = delivery;
    const { changes, lastInsertRowid } = this.#db
      .prepare(
        `INSERT OR IGNORE INTO outbox (key, person, event, at, alarm, severity, urgent, doubtful)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[key, person, event, at, JSON.stringify(alarms), severity],
        ...[isUrgent(delivery) ? 1 : 0, doubtful ? 1 : 0],
      );
    if (changes === 0) return null;
    const link = this.#db.prepare('INSERT OR IGNORE INTO outbox_alarms VALUES (?, ?)');
    for (const alarm of alarms) link.run(alarm.id, lastInsertRowid);
    return Number(lastInsertRowid);
  }

  /** Who was never told of an alarm, because all of it was withdrawn, is not told that it is over. */
  #dropUnheard(id: number, { person, alarms, at }: NewDelivery): void {
    const [alarm] = alarms;
    const earlier = this.#db
      .prepare(
        `SELECT state FROM outbox_alarms JOIN outbox ON id = delivery
         WHERE outbox_alarms.alarm = ? AND person = ? AND id <> ?`,
      )
      .all(alarm?.id ?? '', person, id);
    if (earlier.length > 0 && earlier.every(({ state }) => state === 'withdrawn'))
      this.#end(id, 'withdrawn', at, 'the person was not told that it began');
  }

  #withdrawFrom(row: Row, unwanted: ReadonlySet<string>, at: EpochMs): void {
    const { id, event, alarms, tries } = toDelivery(row);
    const stay = alarms.filter(
      (alarm) => !unwanted.has(alarm.id) || (event === 'digest' && alarm.clearedAt !== null),
    );
    if (stay.length === alarms.length) return;
    if (stay.length > 0 && (tries > 0 || isDoubtful(row))) return;
    if (stay.length > 0)
      this.#db.prepare('UPDATE outbox SET alarm = ? WHERE id = ?').run(JSON.stringify(stay), id);
    else if (row['sending'] === 1) this.#db.prepare('UPDATE outbox SET unwanted = 1 WHERE id = ?').run(id);
    else this.#end(id, 'withdrawn', at, WITHDRAWN);
  }

  /** A try of it was running when it was withdrawn, and has failed. */
  #dropUnwanted(id: number, at: EpochMs): void {
    const row = this.#db.prepare('SELECT unwanted FROM outbox WHERE id = ?').get(id);
    if (row?.['unwanted'] === 1) this.#end(id, 'withdrawn', at, WITHDRAWN);
  }

  /** What did not arrive is not sent again after the person heard that it is over. */
  #dropOvertaken(id: number, at: EpochMs): void {
    const later = this.#db
      .prepare(
        `SELECT 1 FROM outbox AS lost JOIN outbox AS later ON later.person = lost.person AND later.id > lost.id
           JOIN outbox_alarms AS mine ON mine.delivery = lost.id
           JOIN outbox_alarms AS its ON its.delivery = later.id AND its.alarm = mine.alarm
         WHERE lost.id = ? AND lost.state = 'waiting' AND later.event = 'cleared'
           AND later.state IN ('sent', 'delivered')`,
      )
      .get(id);
    if (later !== undefined) this.#end(id, 'withdrawn', at, 'that it is over was told meanwhile');
  }

  #end(id: number, state: 'withdrawn' | 'merged', at: EpochMs, answer: string): void {
    this.#record(id, { channel: 'none', at, result: state, answer });
    this.#db
      .prepare('UPDATE outbox SET state = ?, next_try = NULL, answer = ? WHERE id = ?')
      .run(state, answer, id);
  }

  #record(delivery: number, { channel, at, result, answer }: TellingAttempt): void {
    this.#db
      .prepare('INSERT INTO attempts (delivery, channel, at, result, answer) VALUES (?, ?, ?, ?, ?)')
      .run(delivery, channel, at, result, answer);
  }

  #toTelling(row: Row): Telling {
    const { closed, doubtful, tries, waiting, ...delivery } = toDelivery({ ...row, waiting: 0 });
    const attempts = this.#db
      .prepare('SELECT channel, at, result, answer FROM attempts WHERE delivery = ? ORDER BY id')
      .all(delivery.id);
    return {
      ...delivery,
      state: String(row['state']) as Telling['state'],
      answeredAt: row['answered_at'] === null ? null : Number(row['answered_at']),
      attempts: attempts.map(toAttempt),
    };
  }
}

type Row = Readonly<Record<string, unknown>>;

const WITHDRAWN =
  'nothing more is to be said of the alarm: it was shelved, suppressed or taken out of service';

/** Still marked as being sent: the gateway died meanwhile, or could not write how it ended. */
const isDoubtful = (row: Row): boolean => row['doubtful'] === 1 || row['sending'] === 1;

/** Only what this class wrote is read back. */
const parse = <T>(text: unknown): T => JSON.parse(String(text)) as T;

const toDelivery = (row: Row): Delivery => ({
  id: Number(row['id']),
  key: String(row['key']),
  event: String(row['event']) as Delivery['event'],
  at: Number(row['at']),
  person: String(row['person']),
  severity: String(row['severity']) as Delivery['severity'],
  alarms: parseAlarms(String(row['alarm'])),
  tries: Number(row['tries']),
  closed: parse(row['closed']),
  doubtful: isDoubtful(row),
  waiting: Number(row['waiting']),
});

const toAttempt = (row: Row): TellingAttempt => ({
  channel: String(row['channel']),
  at: Number(row['at']),
  result: String(row['result']) as TellingAttempt['result'],
  answer: String(row['answer']),
});
