-- Control numbers that were passed over: unique and ascending, not gapless, and a gap is explained.
--
-- Why it is cut this way:
--  * A number is void for good in its round of the range; after a rollover it may be used, and be void, again. So a row
--    has an id of its own.
--  * SSCC series belong to a company prefix, not to a relationship: their scope is "prefix extension".
--
-- Check: SELECT count(*) FROM void_numbers WHERE first > last is 0.

CREATE TABLE void_numbers (
  id              uuid PRIMARY KEY,
  relationship_id uuid,
  kind            text NOT NULL CHECK (kind IN ('interchange', 'group', 'sscc')),
  scope           text NOT NULL,
  first           bigint NOT NULL,
  last            bigint NOT NULL,
  reason          text NOT NULL,
  at              timestamptz(6) NOT NULL,
  CONSTRAINT void_numbers_ascend CHECK (first <= last),
  CONSTRAINT void_numbers_have_owner CHECK ((kind = 'sscc') = (relationship_id IS NULL))
);
CREATE INDEX void_numbers_relationship_id_idx ON void_numbers (relationship_id);
