import { defineConnector } from '../_kit/contract.ts'
import { changes } from './feeds/changes.ts'
import { createSale } from './operations/create-sale.ts'
import { readStock } from './operations/read-stock.ts'

/** Tryton from 6.0 on, over JSON-RPC: `POST /<database>/`. */
export const tryton = defineConnector({
  id: 'tryton',
  title: 'Tryton',
  vendorDocs: 'https://docs.tryton.org/6.0/',
  baseUrl: '{url}/{database}/',
  settings: {
    url: {
      label: 'Address of the server',
      help: 'Where trytond listens, without the database.',
      pattern: 'https?://[^/?#]+(/[^?#]*[^/?#])?',
    },
    database: {
      label: 'Database',
      help: 'As chosen in the sign-in of the Tryton client.',
      pattern: '[A-Za-z0-9_.-]+',
    },
    user: {
      label: 'User',
      help: 'Its login. Give it the groups Sales, Stock and Account.',
      pattern: '[^:]+',
    },
    company: {
      label: 'Company',
      help: 'Code or name of the company that sells; by default the user\'s own.',
      pattern: '.+',
      optional: true,
    },
    warehouse: {
      label: 'Warehouse',
      help: 'Code or name of the warehouse that ships; by default Tryton\'s own.',
      pattern: '.+',
      optional: true,
    },
    paymentTerm: {
      label: 'Payment term',
      help: 'Name of the term of all sales; by default the party\'s, or Tryton\'s own.',
      pattern: '.+',
      optional: true,
    },
    confirm: {
      label: 'Who confirms',
      help: 'auto: the sale is quoted, confirmed and processed; clerk: it stays a draft.',
      pattern: 'auto|clerk',
      optional: true,
    },
  },
  secrets: { password: { label: 'Password', help: 'Of the user.' } },
  auth: { kind: 'basic', user: 'user', secret: 'password' },
  limits: { perSecond: null, inFlightMax: 4, waitHeader: 'retry-after' },
  // Tryton answers 200 with an error inside (trytond/protocols/jsonrpc.py). Its transaction is
  // rolled back then, but what is no error of its own kind may also come after the commit. Each
  // text is the beginning of the error, so no text of a record can be taken for one.
  errors: [
    { status: 200, says: '"error":["UserError"', fate: 'refused' },
    { status: 200, says: '"error":["UserWarning"', fate: 'refused' },
    { status: 200, says: '"error":["LoginException"', fate: 'refused' },
    { status: 200, says: '"error":["ConcurrencyException"', fate: 'not_sent' },
    // The database's own words: SQLite's and PostgreSQL's for a lost race, and for no database.
    { status: 200, says: '"error":["database is locked', fate: 'not_sent' },
    { status: 200, says: '"error":["could not serialize access', fate: 'not_sent' },
    { status: 200, says: '"error":["could not obtain lock', fate: 'not_sent' },
    { status: 200, says: '"error":["deadlock detected', fate: 'not_sent' },
    { status: 200, says: '"error":["Database \'', fate: 'refused' },
    { status: 200, says: '"error":["FATAL:  database', fate: 'refused' },
    { status: 200, says: '"error":[', fate: 'unknown' },
    { status: 408, fate: 'unknown' },
    { status: 429, fate: 'not_sent' },
    { status: '4xx', fate: 'refused' },
    { status: '5xx', fate: 'unknown' },
    { status: 'timeout', fate: 'unknown' },
  ],
  webhooks: { kind: 'none', because: 'Tryton calls nobody; the feed changes polls it.' },
  operations: { createSale, readStock },
  feeds: { changes },
})
