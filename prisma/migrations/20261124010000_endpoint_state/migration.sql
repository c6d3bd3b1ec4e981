-- How an endpoint is doing, shared by all workers: its circuit breaker, its next free turn under a rate limit, its access token.
--
-- Why it is cut this way:
--  * Apart from endpoints, which is configuration: this changes with the traffic. A row is made when there is something to say;
--    an endpoint without one is doing well.
--  * What is in flight is counted from delivery_work, where it stands under leases that end by themselves: a counter would be
--    wrong after a crash. deliveries_sending is volatile, so that it sees what was committed while its caller waited for a lock.
--  * A feed may be parked without a message; there is one open item for each.
--
-- Check: SELECT count(*) FROM endpoint_state WHERE open_until IS NOT NULL AND failures = 0 is 0.

CREATE TABLE endpoint_state (
  endpoint_id  uuid PRIMARY KEY REFERENCES endpoints (id) ON DELETE CASCADE ON UPDATE CASCADE,
  failures     integer NOT NULL DEFAULT 0,
  open_until   timestamptz(6),
  fault        jsonb,
  free_at      timestamptz(6),
  token        bytea,
  token_key_id text,
  CONSTRAINT endpoint_state_token_has_key CHECK ((token IS NULL) = (token_key_id IS NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN endpoint_state.failures IS 'Calls in a row that were not answered.';
COMMENT ON COLUMN endpoint_state.open_until IS 'Nothing is sent before this; after it one call finds out. Null while the circuit is closed.';
COMMENT ON COLUMN endpoint_state.fault IS 'What the last call that was not answered came to.';
COMMENT ON COLUMN endpoint_state.free_at IS 'The next turn that nobody has taken.';

CREATE INDEX delivery_work_sending_idx ON delivery_work (endpoint_id) WHERE status = 'sending';

CREATE FUNCTION deliveries_sending(endpoint uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT count(*) FROM delivery_work
    WHERE endpoint_id = endpoint AND status = 'sending' AND lease_until >= now());
END $$;

ALTER TABLE parked ADD COLUMN feed text;
CREATE UNIQUE INDEX parked_open_feed_key ON parked (endpoint_id, feed) WHERE kind = 'feed' AND status = 'open';
