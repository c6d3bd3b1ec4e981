import { agreementDefaults } from '#core/exchange/relationship.ts'

/** Minutes in which a set is to be acknowledged, by its agreement `a`; null: it need not be. */
const minutes = `CASE jsonb_typeof(a.settings -> 'acknowledgeWithinMinutes')
  WHEN 'number' THEN (a.settings ->> 'acknowledgeWithinMinutes')::float8
  WHEN 'null' THEN NULL
  ELSE ${String(agreementDefaults.acknowledgeWithinMinutes)} END`

/**
 * More of a statement that records deliveries, whose expression `sent` names their `message_id`:
 * documents in them are sent now, and each set of one is awaited from now on. Sets that are
 * acknowledged already await nothing; what went again is awaited anew. A TA1 may be faster than the
 * record of the delivery it speaks of.
 */
export const awaitSent = `
  awaited AS (
    SELECT s.id, s.document_id, s.relationship_id, s.type, left(s.release, 6) AS release
    FROM sent JOIN outgoing_sets s ON s.message_id = sent.message_id
    WHERE s.document_id IS NOT NULL AND s.acknowledged_at IS NULL
    ORDER BY s.id FOR UPDATE OF s
  ), timed AS (
    UPDATE outgoing_sets s SET acknowledge_by = now() + (${minutes}) * interval '1 minute'
    FROM awaited w LEFT JOIN agreements a ON a.relationship_id = w.relationship_id
      AND a.direction = 'out' AND a.set_type = w.type AND a.release = w.release
    WHERE s.id = w.id
  ), noted AS (
    UPDATE documents d SET outcome = 'sent' FROM awaited w
    WHERE d.id = w.document_id AND NOT EXISTS (
      SELECT FROM outgoing_sets n WHERE n.document_id = d.id AND n.id > w.id
    ) AND NOT (d.outcome IS NOT DISTINCT FROM 'received' AND EXISTS (
      SELECT FROM acknowledgements k WHERE k.outgoing_set_id = w.id AND k.direction = 'in'))
  )`
