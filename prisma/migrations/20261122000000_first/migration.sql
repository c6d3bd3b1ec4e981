-- The first schema: who trades with whom, what came and went, what is due, what was seen.
--
-- Why it is cut this way:
--  * What is due (message_work, outgoing_work, delivery_work) is narrow and apart from history, so that claiming stays
--    quick however much history there is. While a work row stands, its status counts; when the work ends, the row goes.
--  * messages, message_parts and events are partitioned by month on their id: ids are UUIDv7, whose first 48 bits are the
--    time, so a look-up by id touches one partition and the primary key stays one column (docs/decisions/0005).
--  * On the document path there are no foreign keys: each would take a share lock on a row all partners meet at. One
--    writer per table and the crash tests keep these references; configuration has real foreign keys.
--  * Every row that belongs to one stream says so. messages.stream is null until the envelope is read (0006).
--
-- Check: SELECT relname FROM pg_class WHERE relkind = 'p' shows messages, message_parts, events.

CREATE TABLE hub_settings (
  name       text PRIMARY KEY,
  value      jsonb NOT NULL,
  updated_at timestamptz(6) NOT NULL DEFAULT now()
);

-- Who trades -----------------------------------------------------------------------------------------------------------

CREATE TABLE partners (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  hosted     boolean NOT NULL DEFAULT false,
  created_at timestamptz(6) NOT NULL DEFAULT now()
);

CREATE TABLE partner_identifiers (
  id         uuid PRIMARY KEY,
  partner_id uuid NOT NULL REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  scheme     text NOT NULL,
  value      text NOT NULL,
  owner_id   uuid REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX partner_identifiers_partner_id_idx ON partner_identifiers (partner_id);
CREATE UNIQUE INDEX partner_identifiers_one_meaning ON partner_identifiers (scheme, value, owner_id) NULLS NOT DISTINCT;

CREATE TABLE endpoints (
  id             uuid PRIMARY KEY,
  stream         text NOT NULL CHECK (stream IN ('test', 'live')),
  name           text NOT NULL,
  connector      text NOT NULL,
  partner_id     uuid REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  settings       jsonb NOT NULL DEFAULT '{}',
  secrets        bytea,
  secrets_key_id text,
  created_at     timestamptz(6) NOT NULL DEFAULT now(),
  CONSTRAINT endpoints_secrets_have_key CHECK ((secrets IS NULL) = (secrets_key_id IS NULL))
);
CREATE UNIQUE INDEX endpoints_stream_name_key ON endpoints (stream, name);

CREATE TABLE relationships (
  id              uuid PRIMARY KEY,
  stream          text NOT NULL CHECK (stream IN ('test', 'live')),
  standard        text NOT NULL CHECK (standard IN ('x12', 'edifact')),
  partner_id      uuid NOT NULL REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  host_id         uuid NOT NULL REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  their_qualifier text NOT NULL,
  their_id        text NOT NULL,
  our_qualifier   text NOT NULL,
  our_id          text NOT NULL,
  their_group_id  text NOT NULL,
  our_group_id    text NOT NULL,
  endpoint_id     uuid NOT NULL REFERENCES endpoints (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  settings        jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz(6) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX relationships_pair_key
  ON relationships (standard, their_qualifier, their_id, our_qualifier, our_id, stream);

CREATE TABLE agreements (
  id              uuid PRIMARY KEY,
  stream          text NOT NULL CHECK (stream IN ('test', 'live')),
  relationship_id uuid NOT NULL REFERENCES relationships (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  direction       text NOT NULL CHECK (direction IN ('in', 'out')),
  document_kind   text NOT NULL,
  set_type        text NOT NULL,
  release         text NOT NULL,
  mapping         text NOT NULL,
  settings        jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz(6) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX agreements_relationship_id_direction_set_type_release_key
  ON agreements (relationship_id, direction, set_type, release);

CREATE TABLE cross_references (
  id         uuid PRIMARY KEY,
  stream     text NOT NULL CHECK (stream IN ('test', 'live')),
  partner_id uuid NOT NULL REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  name       text NOT NULL,
  version    integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX cross_references_partner_id_name_stream_key ON cross_references (partner_id, name, stream);

CREATE TABLE cross_reference_entries (
  cross_reference_id uuid NOT NULL REFERENCES cross_references (id) ON DELETE CASCADE ON UPDATE CASCADE,
  key                text NOT NULL,
  value              jsonb NOT NULL,
  PRIMARY KEY (cross_reference_id, key)
);

CREATE TABLE api_keys (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  role       text NOT NULL CHECK (role IN ('admin', 'operator', 'finance', 'auditor', 'partner', 'sandbox-erp')),
  partner_id uuid REFERENCES partners (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  hash       bytea NOT NULL,
  preset     boolean NOT NULL DEFAULT false,
  created_at timestamptz(6) NOT NULL DEFAULT now(),
  revoked_at timestamptz(6),
  CONSTRAINT api_keys_partner_has_partner CHECK ((role = 'partner') = (partner_id IS NOT NULL))
);
CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (hash);

CREATE TABLE idempotency_keys (
  api_key_id  uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE ON UPDATE CASCADE,
  key         text NOT NULL,
  fingerprint bytea NOT NULL,
  status      integer,
  answer      jsonb,
  created_at  timestamptz(6) NOT NULL DEFAULT now(),
  PRIMARY KEY (api_key_id, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

-- What came and went ---------------------------------------------------------------------------------------------------

CREATE TABLE messages (
  id                uuid PRIMARY KEY,
  stream            text CHECK (stream IN ('test', 'live')),
  direction         text NOT NULL CHECK (direction IN ('in', 'out')),
  status            text NOT NULL CHECK (status IN
    ('received', 'working', 'processed', 'partial', 'rejected', 'waiting', 'parked', 'duplicate',
     'due', 'sending', 'unknown', 'delivered', 'skipped', 'discarded')),
  standard          text,
  content_type      text NOT NULL,
  size_bytes        bigint NOT NULL,
  sha256            bytea NOT NULL,
  encoding          text NOT NULL DEFAULT 'identity' CHECK (encoding IN ('identity', 'gzip')),
  body              bytea,
  parts             integer NOT NULL DEFAULT 0,
  api_key_id        uuid,
  sender_partner_id uuid,
  partner_id        uuid,
  relationship_id   uuid,
  duplicate_of      uuid,
  faults            jsonb NOT NULL DEFAULT '[]',
  received_at       timestamptz(6) NOT NULL,
  finished_at       timestamptz(6),
  CONSTRAINT messages_body_or_parts CHECK ((body IS NULL) = (parts > 0))
) PARTITION BY RANGE (id);
ALTER TABLE messages ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX messages_partner_id_id_idx ON messages (partner_id, id);

CREATE TABLE message_parts (
  message_id uuid NOT NULL,
  number     integer NOT NULL,
  body       bytea NOT NULL,
  PRIMARY KEY (message_id, number)
) PARTITION BY RANGE (message_id);
ALTER TABLE message_parts ALTER COLUMN body SET STORAGE EXTERNAL;

-- A message of several parts while it still arrives: gone in the commit that stores the message. What stands here too long
-- was broken off, and its parts go with it.
CREATE TABLE uploads (
  message_id uuid PRIMARY KEY,
  started_at timestamptz(6) NOT NULL DEFAULT now()
);

CREATE TABLE message_work (
  message_id  uuid PRIMARY KEY,
  attempts    integer NOT NULL DEFAULT 0,
  next_at     timestamptz(6) NOT NULL DEFAULT now(),
  lease_until timestamptz(6),
  token       uuid,
  ended       text
) WITH (fillfactor = 70);
CREATE INDEX message_work_next_at_message_id_idx ON message_work (next_at, message_id);

CREATE TABLE interchanges (
  id                  uuid PRIMARY KEY,
  message_id          uuid NOT NULL,
  position            integer NOT NULL,
  stream              text CHECK (stream IN ('test', 'live')),
  standard            text NOT NULL,
  control             text NOT NULL,
  sender_qualifier    text NOT NULL,
  sender_id           text NOT NULL,
  receiver_qualifier  text NOT NULL,
  receiver_id         text NOT NULL,
  relationship_id     uuid,
  verdict             text NOT NULL CHECK (verdict IN ('accepted', 'accepted_with_errors', 'partial', 'rejected')),
  duplicate_of        uuid,
  settled             boolean NOT NULL,
  byte                bigint NOT NULL,
  sha256              bytea NOT NULL,
  faults              jsonb NOT NULL DEFAULT '[]'
);
COMMENT ON COLUMN interchanges.settled IS 'Its verdict stands; false while the whole interchange is parked and may be judged anew.';
CREATE UNIQUE INDEX interchanges_message_id_position_key ON interchanges (message_id, position);
CREATE INDEX interchanges_relationship_id_control_idx ON interchanges (relationship_id, control);

CREATE TABLE groups (
  id             uuid PRIMARY KEY,
  interchange_id uuid NOT NULL,
  message_id     uuid NOT NULL,
  position       integer NOT NULL,
  stream         text CHECK (stream IN ('test', 'live')),
  functional_id  text NOT NULL,
  control        text NOT NULL,
  release        text NOT NULL,
  verdict        text NOT NULL CHECK (verdict IN ('accepted', 'accepted_with_errors', 'partial', 'rejected')),
  byte           bigint NOT NULL,
  faults         jsonb NOT NULL DEFAULT '[]'
);
CREATE UNIQUE INDEX groups_message_id_position_key ON groups (message_id, position);

CREATE TABLE sets (
  id           uuid PRIMARY KEY,
  group_id     uuid NOT NULL,
  message_id   uuid NOT NULL,
  position     integer NOT NULL,
  stream       text CHECK (stream IN ('test', 'live')),
  type         text NOT NULL,
  control      text NOT NULL,
  agreement_id uuid,
  verdict      text NOT NULL CHECK (verdict IN ('accepted', 'accepted_with_errors', 'partial', 'rejected')),
  status       text NOT NULL CHECK (status IN ('due', 'applied', 'waiting', 'parked', 'rejected', 'duplicate')),
  byte         bigint NOT NULL,
  length       bigint NOT NULL,
  faults       jsonb NOT NULL DEFAULT '[]'
);
CREATE UNIQUE INDEX sets_message_id_position_key ON sets (message_id, position);
CREATE INDEX sets_due_idx ON sets (message_id, position) WHERE status = 'due';

CREATE TABLE documents (
  id              uuid PRIMARY KEY,
  stream          text NOT NULL CHECK (stream IN ('test', 'live')),
  direction       text NOT NULL CHECK (direction IN ('in', 'out')),
  kind            text NOT NULL,
  number          text NOT NULL,
  status          text NOT NULL,
  trade_id        uuid NOT NULL,
  message_id      uuid NOT NULL,
  set_id          uuid,
  partner_id      uuid NOT NULL,
  relationship_id uuid NOT NULL,
  mapping         text NOT NULL,
  mapping_hash    text NOT NULL,
  body            jsonb NOT NULL,
  created_at      timestamptz(6) NOT NULL
);
CREATE INDEX documents_message_id_idx ON documents (message_id);
CREATE INDEX documents_trade_id_idx ON documents (trade_id);
CREATE INDEX documents_number_kind_idx ON documents (number, kind);
CREATE INDEX documents_partner_id_id_idx ON documents (partner_id, id);

CREATE TABLE document_keys (
  document_id uuid NOT NULL,
  kind        text NOT NULL,
  value       text NOT NULL,
  partner_id  uuid NOT NULL,
  stream      text NOT NULL CHECK (stream IN ('test', 'live')),
  PRIMARY KEY (kind, value, partner_id, document_id)
);

-- Sets on their way out, before and after they are enveloped ------------------------------------------------------------

CREATE TABLE outgoing_sets (
  id                uuid PRIMARY KEY,
  bundle_id         uuid NOT NULL,
  position          integer NOT NULL,
  stream            text NOT NULL CHECK (stream IN ('test', 'live')),
  relationship_id   uuid NOT NULL,
  source_message_id uuid NOT NULL,
  document_id       uuid,
  type              text NOT NULL,
  functional_id     text NOT NULL,
  release           text NOT NULL,
  body              jsonb NOT NULL,
  message_id        uuid,
  group_control     text,
  control           text,
  created_at        timestamptz(6) NOT NULL
);
CREATE INDEX outgoing_sets_bundle_id_idx ON outgoing_sets (bundle_id, position);
CREATE INDEX outgoing_sets_message_id_idx ON outgoing_sets (message_id);
CREATE INDEX outgoing_sets_source_message_id_idx ON outgoing_sets (source_message_id);

CREATE TABLE outgoing_work (
  bundle_id       uuid PRIMARY KEY,
  relationship_id uuid NOT NULL,
  position        bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX outgoing_work_relationship_id_position_idx ON outgoing_work (relationship_id, position);

CREATE TABLE acknowledgements (
  id              uuid PRIMARY KEY,
  stream          text NOT NULL CHECK (stream IN ('test', 'live')),
  kind            text NOT NULL,
  direction       text NOT NULL CHECK (direction IN ('in', 'out')),
  outcome         text NOT NULL CHECK (outcome IN ('accepted', 'accepted_with_errors', 'partial', 'rejected')),
  of_message_id   uuid NOT NULL,
  of_group_id     uuid,
  outgoing_set_id uuid,
  message_id      uuid,
  created_at      timestamptz(6) NOT NULL
);
CREATE INDEX acknowledgements_of_message_id_idx ON acknowledgements (of_message_id);
CREATE INDEX acknowledgements_outgoing_set_id_idx ON acknowledgements (outgoing_set_id);

CREATE TABLE number_series (
  relationship_id uuid NOT NULL REFERENCES relationships (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind            text NOT NULL CHECK (kind IN ('interchange', 'group')),
  scope           text NOT NULL,
  stream          text NOT NULL CHECK (stream IN ('test', 'live')),
  next            bigint NOT NULL,
  last            bigint NOT NULL,
  PRIMARY KEY (relationship_id, kind, scope),
  CONSTRAINT number_series_in_range CHECK (next BETWEEN 1 AND last)
);

-- What was seen: burnt only by acceptance (DESIGN §5) -------------------------------------------------------------------

CREATE TABLE seen (
  relationship_id uuid NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('interchange', 'business')),
  key             text NOT NULL,
  stream          text NOT NULL CHECK (stream IN ('test', 'live')),
  sha256          bytea NOT NULL,
  accepted        boolean NOT NULL,
  message_id      uuid NOT NULL,
  subject_id      uuid NOT NULL,
  at              timestamptz(6) NOT NULL,
  until           timestamptz(6) NOT NULL,
  PRIMARY KEY (relationship_id, kind, key)
) WITH (fillfactor = 85);

-- Deliveries -----------------------------------------------------------------------------------------------------------

CREATE TABLE deliveries (
  id                uuid PRIMARY KEY,
  stream            text NOT NULL CHECK (stream IN ('test', 'live')),
  endpoint_id       uuid NOT NULL,
  operation         text NOT NULL,
  reference         text NOT NULL,
  lane              text,
  message_id        uuid NOT NULL,
  source_message_id uuid NOT NULL,
  document_id       uuid,
  partner_id        uuid,
  status            text NOT NULL CHECK (status IN
    ('due', 'sending', 'unknown', 'delivered', 'parked', 'skipped', 'discarded')),
  attempts          integer NOT NULL DEFAULT 0,
  result            jsonb,
  created_at        timestamptz(6) NOT NULL,
  finished_at       timestamptz(6)
);
CREATE INDEX deliveries_source_message_id_idx ON deliveries (source_message_id);
CREATE INDEX deliveries_message_id_idx ON deliveries (message_id);
CREATE INDEX deliveries_document_id_idx ON deliveries (document_id);

CREATE TABLE delivery_work (
  delivery_id     uuid PRIMARY KEY,
  lane            text,
  position        bigint GENERATED ALWAYS AS IDENTITY,
  endpoint_id     uuid NOT NULL,
  status          text NOT NULL CHECK (status IN ('due', 'sending', 'unknown', 'parked')),
  attempts        integer NOT NULL DEFAULT 0,
  failures        integer NOT NULL DEFAULT 0,
  attempts_max    integer NOT NULL,
  next_at         timestamptz(6) NOT NULL DEFAULT now(),
  last_attempt_at timestamptz(6),
  lease_until     timestamptz(6),
  token           uuid
) WITH (fillfactor = 70);
COMMENT ON COLUMN delivery_work.failures IS 'Attempts the other side failed: what the schedule counts. Ends of the hub are attempts only.';
-- What is parked waits for a person, and no look at what is due should have to step over it.
CREATE INDEX delivery_work_due_idx ON delivery_work (next_at, position) WHERE status <> 'parked';
CREATE INDEX delivery_work_endpoint_id_idx ON delivery_work (endpoint_id);
CREATE INDEX delivery_work_lane_position_idx ON delivery_work (lane, position) WHERE lane IS NOT NULL;

CREATE TABLE delivery_attempts (
  delivery_id uuid NOT NULL,
  number      integer NOT NULL,
  action      text NOT NULL CHECK (action IN ('send', 'look_up')),
  stream      text NOT NULL CHECK (stream IN ('test', 'live')),
  fate        text NOT NULL CHECK (fate IN ('delivered', 'not_sent', 'refused', 'unknown', 'missing')),
  http_status integer,
  code        text,
  says        text,
  started_at  timestamptz(6) NOT NULL,
  ended_at    timestamptz(6),
  PRIMARY KEY (delivery_id, number)
);

-- What waits, for an event or for a person ------------------------------------------------------------------------------

CREATE TABLE parked (
  id             uuid PRIMARY KEY,
  stream         text CHECK (stream IN ('test', 'live')),
  kind           text NOT NULL CHECK (kind IN ('message', 'set', 'delivery')),
  message_id     uuid NOT NULL,
  interchange_id uuid,
  set_id         uuid,
  delivery_id    uuid,
  partner_id     uuid,
  owner          text NOT NULL,
  code           text NOT NULL,
  says           text NOT NULL,
  remedy         text NOT NULL,
  at             jsonb,
  others         jsonb NOT NULL DEFAULT '[]',
  status         text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resumed', 'discarded', 'skipped')),
  created_at     timestamptz(6) NOT NULL,
  ended_at       timestamptz(6),
  ended_by       uuid
);
CREATE INDEX parked_message_id_idx ON parked (message_id);
CREATE INDEX parked_open_idx ON parked (id) WHERE status = 'open';

CREATE TABLE waiting (
  id         uuid PRIMARY KEY,
  stream     text NOT NULL CHECK (stream IN ('test', 'live')),
  message_id uuid NOT NULL,
  set_id     uuid NOT NULL,
  partner_id uuid,
  waits_for  text NOT NULL,
  key        text NOT NULL,
  until      timestamptz(6) NOT NULL,
  created_at timestamptz(6) NOT NULL,
  ended_at   timestamptz(6)
);
CREATE INDEX waiting_message_id_idx ON waiting (message_id);
CREATE INDEX waiting_open_idx ON waiting (waits_for, key) WHERE ended_at IS NULL;

CREATE TABLE events (
  id          uuid PRIMARY KEY,
  stream      text CHECK (stream IN ('test', 'live')),
  message_id  uuid NOT NULL,
  subject_id  uuid,
  kind        text NOT NULL,
  facts       jsonb NOT NULL DEFAULT '{}',
  at          timestamptz(6) NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX events_message_id_idx ON events (message_id, id);

-- The built-in mailbox and the sandbox's ERP -----------------------------------------------------------------------------

CREATE TABLE mailbox_items (
  id           uuid PRIMARY KEY,
  stream       text NOT NULL CHECK (stream IN ('test', 'live')),
  endpoint_id  uuid NOT NULL REFERENCES endpoints (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  message_id   uuid NOT NULL,
  delivery_id  uuid NOT NULL,
  placed_at    timestamptz(6) NOT NULL,
  collected_at timestamptz(6)
);
CREATE UNIQUE INDEX mailbox_items_delivery_id_key ON mailbox_items (delivery_id);
CREATE INDEX mailbox_items_endpoint_id_id_idx ON mailbox_items (endpoint_id, id);

CREATE TABLE sandbox_sales (
  id         uuid PRIMARY KEY,
  reference  text NOT NULL,
  body       jsonb NOT NULL,
  created_at timestamptz(6) NOT NULL
);
CREATE INDEX sandbox_sales_reference_idx ON sandbox_sales (reference, id);

-- A partition for what no month was made for yet, so that an insert never fails; the hub makes months ahead of time.
CREATE TABLE messages_default PARTITION OF messages DEFAULT;
CREATE TABLE message_parts_default PARTITION OF message_parts DEFAULT;
CREATE TABLE events_default PARTITION OF events DEFAULT;
