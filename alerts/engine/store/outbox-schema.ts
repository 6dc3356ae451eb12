/** The outbox in alarms.sqlite. `unwanted`: nothing more is to be said of it, but a try of it was running. */
export const OUTBOX_TABLES = `
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, person TEXT NOT NULL, event TEXT NOT NULL,
    at INTEGER NOT NULL, alarm TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    sending INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, doubtful INTEGER NOT NULL DEFAULT 0,
    closed TEXT NOT NULL DEFAULT '[]', next_try INTEGER, channel TEXT, answer TEXT,
    severity TEXT NOT NULL DEFAULT 'critical', urgent INTEGER NOT NULL DEFAULT 1,
    unwanted INTEGER NOT NULL DEFAULT 0, receipt TEXT, ask_at INTEGER, asked INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER, answered_at INTEGER,
    UNIQUE (key, person)
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (person, id) WHERE state = 'waiting';
  CREATE INDEX outbox_receipts ON outbox (ask_at) WHERE ask_at IS NOT NULL;
  CREATE TABLE outbox_alarms (
    alarm TEXT NOT NULL, delivery INTEGER NOT NULL, PRIMARY KEY (alarm, delivery)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
    result TEXT NOT NULL, answer TEXT NOT NULL
  ) STRICT;
  CREATE INDEX attempts_by_delivery ON attempts (delivery);
`;

/** Version 1 kept the one alarm of a message, and neither its severity nor receipts. */
export const OUTBOX_UPGRADE = `
  ALTER TABLE outbox ADD COLUMN severity TEXT NOT NULL DEFAULT 'critical';
  ALTER TABLE outbox ADD COLUMN urgent INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE outbox ADD COLUMN unwanted INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN receipt TEXT;
  ALTER TABLE outbox ADD COLUMN ask_at INTEGER;
  ALTER TABLE outbox ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN sent_at INTEGER;
  ALTER TABLE outbox ADD COLUMN answered_at INTEGER;
  CREATE INDEX outbox_receipts ON outbox (ask_at) WHERE ask_at IS NOT NULL;
  CREATE TABLE outbox_alarms (
    alarm TEXT NOT NULL, delivery INTEGER NOT NULL, PRIMARY KEY (alarm, delivery)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO outbox_alarms SELECT json_extract(alarm, '$.id'), id FROM outbox;
  UPDATE outbox SET severity = json_extract(alarm, '$.rule.severity');
  UPDATE outbox SET urgent = severity = 'critical' AND event <> 'cleared', alarm = json_array(json(alarm));
  CREATE INDEX attempts_by_delivery ON attempts (delivery);
`;
