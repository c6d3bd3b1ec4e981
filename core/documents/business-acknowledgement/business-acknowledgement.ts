import { documentParser } from '#core/documents/parser.ts'
import { BusinessAcknowledgement, businessAcknowledgementSchemaName } from './schema.ts'

export const businessAcknowledgementParser = documentParser<BusinessAcknowledgement>(
  BusinessAcknowledgement, businessAcknowledgementSchemaName,
)
