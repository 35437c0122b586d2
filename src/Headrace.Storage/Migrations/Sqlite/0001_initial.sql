-- Instants are milliseconds since 1970-01-01 UTC: a COSEM clock resolves hundredths of a second, and two values stamped on receipt
-- must not fall into one. Days are day numbers since 0001-01-01. Tables that grow with time carry the meter in their key.

CREATE TABLE meter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    serial TEXT NOT NULL UNIQUE,
    system_title TEXT,
    device_type TEXT NOT NULL,
    address TEXT,
    contact INTEGER NOT NULL,
    logical_device_name TEXT,
    expected_from INTEGER NOT NULL,
    registered_at INTEGER NOT NULL
);

CREATE TABLE channel (
    number INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    obis TEXT NOT NULL,
    attribute INTEGER NOT NULL,
    scaler INTEGER NOT NULL,
    unit TEXT NOT NULL,
    UNIQUE (profile, obis, attribute, scaler, unit)
);

-- The time comes before the channel: what a meter sends at once then lies in one leaf, and a commit writes a page per message
-- instead of a page per value.
CREATE TABLE reading (
    meter_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    value INTEGER NOT NULL,
    status INTEGER NOT NULL,
    PRIMARY KEY (meter_id, at, channel)
) WITHOUT ROWID;

-- present: one bit per slot, lowest bit of the first byte first. received: bits at first_slot and above. last_slot: highest bit set, or -1.
-- state: 0 open, 1 complete, 2 unrecoverable. next_attempt: 0 for at once.
CREATE TABLE ledger_day (
    profile INTEGER NOT NULL,
    day INTEGER NOT NULL,
    meter_id INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    first_slot INTEGER NOT NULL,
    received INTEGER NOT NULL,
    last_slot INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt INTEGER NOT NULL,
    present BLOB NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (profile, day, meter_id)
) WITHOUT ROWID;

CREATE INDEX ledger_of_meter ON ledger_day (meter_id);
CREATE INDEX ledger_open ON ledger_day (day, profile) WHERE state = 0;

CREATE TABLE meter_event (
    meter_id INTEGER NOT NULL,
    log TEXT NOT NULL,
    at INTEGER NOT NULL,
    code INTEGER NOT NULL,
    PRIMARY KEY (meter_id, log, at, code)
) WITHOUT ROWID;

CREATE INDEX meter_event_newest ON meter_event (at);

-- newest: for each channel ever received its number (2 bytes) and the instant of its newest value (8 bytes), little-endian.
CREATE TABLE presence (
    meter_id INTEGER PRIMARY KEY,
    last_seen INTEGER,
    refused INTEGER NOT NULL DEFAULT 0,
    newest BLOB NOT NULL DEFAULT x''
);

-- One row for each key a meter has sent under; rows stay when the key changes, so that what was sent under an old key is never taken again.
CREATE TABLE receive_counter (
    meter_id INTEGER NOT NULL,
    key_mark INTEGER NOT NULL,
    value INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    PRIMARY KEY (meter_id, key_mark)
) WITHOUT ROWID;

CREATE TABLE send_counter (
    meter_id INTEGER NOT NULL,
    key_kind INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (meter_id, key_kind)
) WITHOUT ROWID;

CREATE TABLE sealed_key (
    meter_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (meter_id, kind)
) WITHOUT ROWID;

-- The newest 200 of each meter are kept.
CREATE TABLE contact (
    meter_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    remote TEXT NOT NULL,
    succeeded INTEGER NOT NULL,
    detail TEXT NOT NULL,
    stored_values INTEGER NOT NULL,
    bytes_received INTEGER NOT NULL,
    bytes_sent INTEGER NOT NULL,
    PRIMARY KEY (meter_id, number)
) WITHOUT ROWID;

-- The newest 10,000 are kept; the counts go on for ever.
CREATE TABLE refusal (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    meter_id INTEGER NOT NULL,
    detail TEXT NOT NULL
);

CREATE TABLE refusal_count (
    kind INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
);

CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    succeeded INTEGER NOT NULL,
    detail TEXT NOT NULL
);

CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END;

-- Single figures: readings (number of stored values), expected_through (day).
CREATE TABLE figure (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
