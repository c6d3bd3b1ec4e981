import { documentParser } from '#core/documents/parser.ts'
import { ShipNotice, shipNoticeSchemaName } from './schema.ts'

export const shipNoticeParser = documentParser<ShipNotice>(ShipNotice, shipNoticeSchemaName)
