/**
 * SQL that tells a status as it counts now. While a work row stands, its status is the true one;
 * the row of history follows when the work ends.
 */

/** For `deliveries d LEFT JOIN delivery_work w ON w.delivery_id = d.id`. */
export const deliveryStatus = 'coalesce(w.status, d.status)'

/** From bad to good: an outbound message stands as its worst delivery does (DESIGN §3). */
const worstFirst =
  `ARRAY['parked', 'unknown', 'due', 'sending', 'discarded', 'skipped', 'delivered']`

/** For `messages m`. Received and held under a lease is being worked on. */
export const messageStatus = `
  CASE
    WHEN m.direction = 'out' THEN coalesce((
      SELECT ${deliveryStatus} FROM deliveries d LEFT JOIN delivery_work w ON w.delivery_id = d.id
      WHERE d.message_id = m.id
      ORDER BY array_position(${worstFirst}, ${deliveryStatus}) LIMIT 1), m.status)
    WHEN m.status = 'received' AND EXISTS (
      SELECT FROM message_work w WHERE w.message_id = m.id AND w.lease_until > now()) THEN 'working'
    ELSE m.status
  END`

/**
 * For `messages m` and the viewer's partner as a parameter: also what this partner's own key
 * posted.
 */
export function messageSeenBy(parameter: string): string {
  return `(${parameter}::uuid IS NULL OR m.partner_id = ${parameter}
    OR (m.partner_id IS NULL AND m.sender_partner_id = ${parameter}))`
}
