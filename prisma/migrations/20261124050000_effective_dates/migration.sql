-- Entries of cross-reference tables hold for a time: from the day valid_from to the day valid_to, both included.
--
-- Why it is cut this way:
--  * A key may have several entries, one after the other. The one that began last counts, so a new value is one new row
--    and the old one need not be ended. 1900-01-01 is "ever since".
--  * What is looked up is the day a message was received, in UTC: doing it again a month later finds the same.
--
-- Check: SELECT count(*) FROM cross_reference_entries WHERE valid_to < valid_from is 0.

ALTER TABLE cross_reference_entries
  ADD COLUMN valid_from date NOT NULL DEFAULT '1900-01-01',
  ADD COLUMN valid_to date,
  ADD CONSTRAINT cross_reference_entries_end_after_begin CHECK (valid_to >= valid_from),
  DROP CONSTRAINT cross_reference_entries_pkey,
  ADD CONSTRAINT cross_reference_entries_pkey PRIMARY KEY (cross_reference_id, key, valid_from);
