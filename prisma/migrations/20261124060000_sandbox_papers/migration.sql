-- The sandbox's ERP confirms, ships and invoices: its papers, in the order in which they were made.
--
-- Why it is cut this way: whoever reads them pages by position. A sequence is handed out before its row can be seen, so
-- papers are made one at a time (an advisory lock) and none turns up behind a position that was read already.
--
-- Check: SELECT count(*) FROM sandbox_papers p LEFT JOIN sandbox_sales s ON s.id = p.sale_id WHERE s.id IS NULL is 0.

CREATE TABLE sandbox_papers (
  position   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('sale', 'shipment', 'invoice')),
  sale_id    uuid NOT NULL,
  number     text NOT NULL,
  body       jsonb NOT NULL,
  created_at timestamptz(6) NOT NULL
);
CREATE INDEX sandbox_papers_sale_id_idx ON sandbox_papers (sale_id);
