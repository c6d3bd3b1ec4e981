-- What the other side says of what we sent: matched by our own numbers, and kept.
--
-- Why it is cut this way:
--  * A TA1 names an interchange by ISA13, so the sets of one know it; group and set control stood there before.
--  * A TA1 of ours answers an interchange and no group of it, so every answer of ours knows its interchange.
--  * outgoing_sets.outcome is what counts of all that was said of a set. What was said stands in acknowledgements, a row
--    each, with the notes in words.
--
-- Check: SELECT count(*) FROM outgoing_sets WHERE outcome IS NOT NULL AND acknowledged_at IS NULL is 0.

ALTER TABLE outgoing_sets ADD COLUMN interchange_control text;
CREATE INDEX outgoing_sets_interchange_idx ON outgoing_sets (relationship_id, interchange_control)
  WHERE interchange_control IS NOT NULL;

ALTER TABLE acknowledgements
  ADD COLUMN of_interchange_id uuid,
  ADD COLUMN says text;
COMMENT ON COLUMN acknowledgements.says IS 'Of one that came in: why, in words; null where nothing is wrong.';

UPDATE acknowledgements a SET of_interchange_id = g.interchange_id FROM groups g WHERE g.id = a.of_group_id;
