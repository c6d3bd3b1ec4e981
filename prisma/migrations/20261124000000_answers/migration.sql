-- The answers come back: what systems of ours tell (feeds, records), documents that go out with their outcome, and the
-- serial shipping container codes they bear.
--
-- Why it is cut this way:
--  * A record (a version of a sale, a shipment, an invoice) is an inbound message like any other. message_sources says
--    where it came from; its unique key makes reading a stretch of a feed again harmless.
--  * feed_work is work, like message_work: claimed under a lease and a token. Its cursor moves in the transaction that
--    stores the records it passed.
--  * An outbound document is a row of documents with direction 'out'; outcome says what its receiver made of it. What
--    was sent of it stands in outgoing_sets, a row each time it was made anew.
--  * An SSCC is given to a key once and for all, so that deciding again finds the same one.
--
-- Check: SELECT count(*) FROM message_sources s LEFT JOIN messages m ON m.id = s.message_id WHERE m.id IS NULL is 0.

ALTER TABLE endpoints ADD COLUMN feeds jsonb NOT NULL DEFAULT '{}';

CREATE TABLE feed_work (
  endpoint_id uuid NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE ON UPDATE CASCADE,
  feed        text NOT NULL,
  cursor      jsonb,
  next_at     timestamptz(6) NOT NULL DEFAULT now(),
  lease_until timestamptz(6),
  token       uuid,
  failures    integer NOT NULL DEFAULT 0,
  fault       jsonb,
  read_at     timestamptz(6),
  PRIMARY KEY (endpoint_id, feed)
) WITH (fillfactor = 70);
CREATE INDEX feed_work_next_at_idx ON feed_work (next_at);
COMMENT ON COLUMN feed_work.fault IS 'Why the last look failed; null when it went well.';

CREATE TABLE message_sources (
  message_id  uuid PRIMARY KEY,
  stream      text NOT NULL CHECK (stream IN ('test', 'live')),
  endpoint_id uuid,
  document_id uuid,
  key         text NOT NULL,
  kind        text NOT NULL,
  reference   text NOT NULL,
  CONSTRAINT message_sources_one_source CHECK ((endpoint_id IS NULL) <> (document_id IS NULL))
);
COMMENT ON COLUMN message_sources.document_id IS 'Set where the message is a document of ours that is to be made anew.';
COMMENT ON COLUMN message_sources.reference IS 'The order it belongs to: the id of its document.';
CREATE UNIQUE INDEX message_sources_endpoint_id_key_key ON message_sources (endpoint_id, key) WHERE endpoint_id IS NOT NULL;

ALTER TABLE documents ADD COLUMN outcome text
  CHECK (outcome IN ('sent', 'received', 'accepted', 'accepted_with_errors', 'rejected', 'overdue'));

ALTER TABLE outgoing_sets
  ADD COLUMN mapping         text,
  ADD COLUMN mapping_hash    text,
  ADD COLUMN outcome         text
    CHECK (outcome IN ('accepted', 'accepted_with_errors', 'partial', 'rejected')),
  ADD COLUMN acknowledge_by  timestamptz(6),
  ADD COLUMN acknowledged_at timestamptz(6);
COMMENT ON COLUMN outgoing_sets.acknowledge_by IS 'When its acknowledgement is overdue; null where none is awaited any more, or yet.';
CREATE INDEX outgoing_sets_document_id_idx ON outgoing_sets (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX outgoing_sets_sent_idx ON outgoing_sets (relationship_id, functional_id, group_control) WHERE group_control IS NOT NULL;
CREATE INDEX outgoing_sets_acknowledge_by_idx ON outgoing_sets (acknowledge_by) WHERE acknowledge_by IS NOT NULL;

-- A document or a bundle of sets may need a person too: it was rejected, is overdue, or could not be wrapped.
ALTER TABLE parked DROP CONSTRAINT parked_kind_check;
ALTER TABLE parked ADD CONSTRAINT parked_kind_check CHECK (kind IN ('message', 'set', 'delivery', 'document', 'bundle', 'feed'));
ALTER TABLE parked ADD COLUMN document_id uuid, ADD COLUMN bundle_id uuid, ADD COLUMN endpoint_id uuid;
CREATE INDEX parked_document_id_idx ON parked (document_id) WHERE document_id IS NOT NULL;

CREATE TABLE sscc_series (
  company_prefix text NOT NULL,
  extension      text NOT NULL CHECK (extension ~ '^[0-9]$'),
  next           bigint NOT NULL,
  last           bigint NOT NULL,
  PRIMARY KEY (company_prefix, extension),
  CONSTRAINT sscc_series_in_range CHECK (next BETWEEN 0 AND last + 1)
);

CREATE TABLE ssccs (
  sscc           text PRIMARY KEY,
  company_prefix text NOT NULL,
  key            text NOT NULL,
  allocated_at   timestamptz(6) NOT NULL
);
CREATE UNIQUE INDEX ssccs_company_prefix_key_key ON ssccs (company_prefix, key);

-- What is parked of a feed has no message yet.
ALTER TABLE parked ALTER COLUMN message_id DROP NOT NULL;
