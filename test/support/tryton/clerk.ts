/** A record as Tryton answers it, by the names of its fields. */
export type TrytonRecord = Readonly<Record<string, unknown>> & { readonly id: number }

/** What goes into one package, by product code; `into` is the package it stands in. */
export interface Packing {
  readonly type: 'Pallet' | 'Carton'
  readonly products?: readonly string[]
  readonly inside?: readonly Packing[]
}

/** Somebody of the supplier's at the Tryton client: presses the buttons the hub never presses. */
export class Clerk {
  readonly #url: string
  readonly #authorization: string
  #context: Promise<Readonly<Record<string, unknown>>> | undefined

  constructor(url: string, user: string, password: string) {
    this.#url = url
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  }

  /** Calls a method of a model; throws with Tryton's own error. */
  async call(method: string, ...parameters: readonly unknown[]): Promise<unknown> {
    this.#context ??= this.#rpc('res.user.get_preferences', [true, {}]) as Promise<
      Readonly<Record<string, unknown>>
    >
    return this.#rpc(method, [...parameters, await this.#context])
  }

  async find(
    model: string,
    where: readonly unknown[],
    fields: readonly string[],
  ): Promise<readonly TrytonRecord[]> {
    const order = [['id', 'ASC']]
    const rows = await this.call(`${model}.search_read`, where, 0, null, order, fields)
    return rows as readonly TrytonRecord[]
  }

  async read(model: string, id: number, fields: readonly string[]): Promise<TrytonRecord> {
    const [row] = await this.find(model, [['id', '=', id]], fields)
    if (row === undefined) throw new Error(`there is no ${model} ${id}`)
    return row
  }

  /** The sales under a buyer's order number. */
  sales(reference: string): Promise<readonly TrytonRecord[]> {
    const fields = [
      'state', 'number', 'reference', 'description', 'total_amount', 'tax_amount', 'lines',
      'shipments', 'invoices',
    ]
    return this.find('sale.sale', [['reference', '=', reference]], fields)
  }

  /** From a draft through quotation and confirmation to shipments and invoices. */
  async confirm(sale: number): Promise<void> {
    for (const button of ['quote', 'confirm', 'process']) {
      await this.press('sale.sale', button, sale)
    }
  }

  async cancel(sale: number): Promise<void> {
    await this.press('sale.sale', 'cancel', sale)
  }

  /** Of the line with that sequence, while the sale is a draft. */
  async changeLine(
    sale: number,
    sequence: number,
    { quantity, unitPrice }: { readonly quantity?: number; readonly unitPrice?: string },
  ): Promise<void> {
    const line = await this.#line(sale, sequence)
    await this.call('sale.line.write', [line], {
      ...(quantity === undefined ? {} : { quantity }),
      ...(unitPrice === undefined
        ? {}
        : { unit_price: { __class__: 'Decimal', decimal: unitPrice } }),
    })
  }

  async removeLine(sale: number, sequence: number): Promise<void> {
    await this.call('sale.line.delete', [await this.#line(sale, sequence)])
  }

  /** Puts goods into the storage zone of the warehouse. */
  async makeStock(product: string, quantity: number): Promise<void> {
    const [goods] = await this.find('product.product', [['code', '=', product]], ['code'])
    const [storage] = await this.find('stock.location', [['code', '=', 'STO']], ['code'])
    if (goods === undefined || storage === undefined) throw new Error(`no product ${product}`)
    const lines = [['create', [{ product: goods.id, quantity }]]]
    const created = await this.call('stock.inventory.create', [{ location: storage.id, lines }])
    await this.call('stock.inventory.confirm', created)
  }

  /** Reserves, picks, packs and sends all open shipments of a sale; answers their ids. */
  async ship(sale: number, packings: readonly Packing[] = []): Promise<readonly number[]> {
    const shipments = await this.shipmentsOf(sale, ['waiting', 'assigned', 'picked'])
    for (const shipment of shipments) {
      const reserved = await this.call('stock.shipment.out.assign_try', [shipment])
      if (reserved !== true) throw new Error('there is not enough on stock')
      await this.press('stock.shipment.out', 'pick', shipment)
      for (const packing of packings) await this.#pack(shipment, packing, null)
      await this.press('stock.shipment.out', 'pack', shipment)
      await this.press('stock.shipment.out', 'done', shipment)
    }
    return shipments
  }

  /** Sends less than was ordered; Tryton makes another shipment for the rest. */
  async shipOnly(sale: number, product: string, quantity: number): Promise<readonly number[]> {
    const shipments = await this.shipmentsOf(sale, ['waiting'])
    for (const shipment of shipments) {
      const moves = await this.find(
        'stock.move',
        [['shipment', '=', `stock.shipment.out,${shipment}`], ['product.code', '=', product]],
        ['quantity'],
      )
      await this.press('stock.shipment.out', 'draft', shipment)
      await this.call('stock.move.write', moves.map(({ id }) => id), { quantity })
      await this.press('stock.shipment.out', 'wait', shipment)
    }
    return this.ship(sale)
  }

  /** Puts the goods of one waiting shipment into another of the same customer. */
  async merge(from: number, into: number): Promise<void> {
    for (const shipment of [from, into]) await this.press('stock.shipment.out', 'draft', shipment)
    const where = [
      ['shipment', '=', `stock.shipment.out,${from}`], ['to_location.type', '=', 'customer'],
    ]
    const moves = await this.find('stock.move', where, ['state'])
    await this.call('stock.move.write', moves.map(({ id }) => id), {
      shipment: `stock.shipment.out,${into}`,
    })
    await this.press('stock.shipment.out', 'wait', into)
  }

  /** Dates and posts all draft invoices of a sale; answers their ids. */
  async invoice(sale: number, on: string): Promise<readonly number[]> {
    const { invoices } = await this.read('sale.sale', sale, ['invoices'])
    const drafts = await this.find(
      'account.invoice', [['id', 'in', invoices], ['state', '=', 'draft']], ['state'],
    )
    const [year, month, day] = on.split('-').map(Number)
    const ids = drafts.map(({ id }) => id)
    await this.call('account.invoice.write', ids, {
      invoice_date: { __class__: 'date', year, month, day },
    })
    await this.call('account.invoice.post', ids)
    return ids
  }

  async press(model: string, button: string, id: number): Promise<void> {
    await this.call(`${model}.${button}`, [id])
  }

  async shipmentsOf(sale: number, states: readonly string[]): Promise<readonly number[]> {
    const { shipments } = await this.read('sale.sale', sale, ['shipments'])
    const where = [['id', 'in', shipments], ['state', 'in', states]]
    const rows = await this.find('stock.shipment.out', where, ['state'])
    return rows.map(({ id }) => id)
  }

  async #line(sale: number, sequence: number): Promise<number> {
    const where = [['sale', '=', sale], ['sequence', '=', sequence]]
    const [line] = await this.find('sale.line', where, ['sequence'])
    if (line === undefined) throw new Error(`sale ${sale} has no line ${sequence}`)
    return line.id
  }

  async #pack(shipment: number, packing: Packing, parent: number | null): Promise<void> {
    const [type] = await this.find('stock.package.type', [['name', '=', packing.type]], ['name'])
    const moves = await this.find('stock.move', [
      ['shipment', '=', `stock.shipment.out,${shipment}`],
      ['to_location.type', '=', 'customer'],
      ['product.code', 'in', packing.products ?? []],
    ], ['product'])
    const { company } = await this.read('stock.shipment.out', shipment, ['company'])
    const created = (await this.call('stock.package.create', [{
      company, parent, type: type?.id, shipment: `stock.shipment.out,${shipment}`,
      moves: [['add', moves.map(({ id }) => id)]],
    }])) as readonly number[]
    for (const inner of packing.inside ?? []) {
      await this.#pack(shipment, inner, created[0] ?? null)
    }
  }

  async #rpc(method: string, params: readonly unknown[]): Promise<unknown> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.#authorization },
      body: JSON.stringify({ id: 1, method: `model.${method}`, params }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${text}`)
    const { error, result } = JSON.parse(text) as { error?: unknown; result?: unknown }
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result
  }
}
