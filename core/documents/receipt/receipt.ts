import { documentParser } from '#core/documents/parser.ts'
import { Receipt, receiptSchemaName } from './schema.ts'

export const receiptParser = documentParser<Receipt>(Receipt, receiptSchemaName)
