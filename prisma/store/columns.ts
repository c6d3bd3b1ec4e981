/**
 * Columns of the document path's tables, as its inserts write them; one place, so that writers
 * agree.
 */
export const messageColumns = {
  id: 'uuid',
  stream: 'text',
  direction: 'text',
  status: 'text',
  standard: 'text',
  content_type: 'text',
  size_bytes: 'bigint',
  sha256: 'bytea',
  encoding: 'text',
  body: 'bytea',
  parts: 'integer',
  partner_id: 'uuid',
  relationship_id: 'uuid',
  received_at: 'timestamptz',
} as const

export const interchangeColumns = {
  id: 'uuid',
  message_id: 'uuid',
  position: 'integer',
  stream: 'text',
  standard: 'text',
  control: 'text',
  sender_qualifier: 'text',
  sender_id: 'text',
  receiver_qualifier: 'text',
  receiver_id: 'text',
  relationship_id: 'uuid',
  verdict: 'text',
  duplicate_of: 'uuid',
  settled: 'boolean',
  byte: 'bigint',
  sha256: 'bytea',
  faults: 'jsonb',
} as const

export const groupColumns = {
  id: 'uuid',
  interchange_id: 'uuid',
  message_id: 'uuid',
  position: 'integer',
  stream: 'text',
  functional_id: 'text',
  control: 'text',
  release: 'text',
  verdict: 'text',
  byte: 'bigint',
  faults: 'jsonb',
} as const

export const setColumns = {
  id: 'uuid',
  group_id: 'uuid',
  message_id: 'uuid',
  position: 'integer',
  stream: 'text',
  type: 'text',
  control: 'text',
  agreement_id: 'uuid',
  verdict: 'text',
  status: 'text',
  byte: 'bigint',
  length: 'bigint',
  faults: 'jsonb',
} as const

export const documentColumns = {
  id: 'uuid',
  stream: 'text',
  direction: 'text',
  kind: 'text',
  number: 'text',
  status: 'text',
  trade_id: 'uuid',
  message_id: 'uuid',
  set_id: 'uuid',
  partner_id: 'uuid',
  relationship_id: 'uuid',
  mapping: 'text',
  mapping_hash: 'text',
  body: 'jsonb',
  created_at: 'timestamptz',
} as const

export const documentKeyColumns = {
  document_id: 'uuid',
  kind: 'text',
  value: 'text',
  partner_id: 'uuid',
  stream: 'text',
} as const

export const outgoingSetColumns = {
  id: 'uuid',
  bundle_id: 'uuid',
  position: 'integer',
  stream: 'text',
  relationship_id: 'uuid',
  source_message_id: 'uuid',
  document_id: 'uuid',
  type: 'text',
  functional_id: 'text',
  release: 'text',
  body: 'jsonb',
  mapping: 'text',
  mapping_hash: 'text',
  created_at: 'timestamptz',
} as const

export const outgoingWorkColumns = { bundle_id: 'uuid', relationship_id: 'uuid' } as const

export const acknowledgementColumns = {
  id: 'uuid',
  stream: 'text',
  kind: 'text',
  direction: 'text',
  outcome: 'text',
  of_message_id: 'uuid',
  of_group_id: 'uuid',
  of_interchange_id: 'uuid',
  outgoing_set_id: 'uuid',
  message_id: 'uuid',
  says: 'text',
  created_at: 'timestamptz',
} as const

export const deliveryColumns = {
  id: 'uuid',
  stream: 'text',
  endpoint_id: 'uuid',
  operation: 'text',
  reference: 'text',
  lane: 'text',
  message_id: 'uuid',
  source_message_id: 'uuid',
  document_id: 'uuid',
  partner_id: 'uuid',
  status: 'text',
  created_at: 'timestamptz',
} as const

export const deliveryWorkColumns = {
  delivery_id: 'uuid',
  lane: 'text',
  endpoint_id: 'uuid',
  status: 'text',
  attempts_max: 'integer',
} as const

export const parkedColumns = {
  id: 'uuid',
  stream: 'text',
  kind: 'text',
  message_id: 'uuid',
  interchange_id: 'uuid',
  set_id: 'uuid',
  delivery_id: 'uuid',
  document_id: 'uuid',
  bundle_id: 'uuid',
  partner_id: 'uuid',
  owner: 'text',
  code: 'text',
  says: 'text',
  remedy: 'text',
  at: 'jsonb',
  others: 'jsonb',
  created_at: 'timestamptz',
} as const

export const eventColumns = {
  id: 'uuid',
  stream: 'text',
  message_id: 'uuid',
  subject_id: 'uuid',
  kind: 'text',
  facts: 'jsonb',
  at: 'timestamptz',
} as const

export const seenColumns = {
  relationship_id: 'uuid',
  kind: 'text',
  key: 'text',
  stream: 'text',
  sha256: 'bytea',
  accepted: 'boolean',
  message_id: 'uuid',
  subject_id: 'uuid',
  at: 'timestamptz',
  until: 'timestamptz',
} as const

export const judgedMessageColumns = {
  id: 'uuid',
  stream: 'text',
  standard: 'text',
  partner_id: 'uuid',
  relationship_id: 'uuid',
  duplicate_of: 'uuid',
  faults: 'jsonb',
} as const
