import Type from 'typebox'

import { Id, listOf, oneOf } from '../../schemas.ts'
import { documentItem } from '../documents/schema.ts'

const TradeDocument = Type.Object({
  ...documentItem,
  direction: oneOf(['in', 'out'], 'Seen from the hub.'),
}, { title: 'TradeDocument' })

export const TradeView = Type.Object({
  id: Id,
  documents: listOf(TradeDocument, 'In the order in which they came to be.'),
}, { title: 'Trade', description: 'One order\'s whole life: the documents that share it.' })
