import { documentParser } from '#core/documents/parser.ts'
import { Invoice, invoiceSchemaName } from './schema.ts'

export const invoiceParser = documentParser<Invoice>(Invoice, invoiceSchemaName)
