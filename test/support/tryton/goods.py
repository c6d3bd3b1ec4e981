# What the tests need beside the company of ../shared/tryton/setup.py: goods on stock, package types, a taxed product,
# a store of the buyer with its own address, and a party that has none. Runs by Debian's python3 with TRYTOND_CONFIG.
import os
from decimal import Decimal
from proteus import config, Model

cfg = config.set_trytond('sqlite:///hub', user='admin', config_file=os.environ['TRYTOND_CONFIG'])
from trytond.modules.account.tests.tools import create_tax, get_accounts
from trytond.modules.company.tests.tools import get_company

company = get_company()
cfg._context = Model.get('res.user').get_preferences(True, cfg.context)
accounts = get_accounts(company)

tax = create_tax(Decimal('.0725'))
tax.description = 'Sales tax 7.25 %'
tax.save()
category = Model.get('product.category')(
    name='Taxed goods', accounting=True, account_expense=accounts['expense'], account_revenue=accounts['revenue'])
category.customer_taxes.append(tax)
category.save()
Unit = Model.get('product.uom')
for code, name, price, symbol in (('TAX-01', 'Taxed widget', '19.99', 'u'), ('BULK-01', 'Bulk powder', '4.5', 'kg')):
    unit, = Unit.find([('symbol', '=', symbol)])
    template = Model.get('product.template')(
        name=name, default_uom=unit, type='goods', salable=True, list_price=Decimal(price), account_category=category)
    product, = template.products
    template.code = code
    product.cost_price = Decimal('1.00')
    template.save()

Party = Model.get('party.party')
store = Party(name='Sandbox Buyer, store 14', code='STORE-14')
store.addresses[0].street = '12 Orchard Road'
store.addresses[0].city = 'Springfield'
store.addresses[0].postal_code = '62701'
store.save()
buyer, = Party.find([('code', '=', 'BUYER-01')])
depot = buyer.addresses.new()
depot.street = '7 Depot Lane'
depot.city = 'Springfield'
depot.postal_code = '62704'
buyer.save()
nowhere = Party(name='Buyer without an address', code='NOWHERE-01')
while nowhere.addresses:
    nowhere.addresses.remove(nowhere.addresses[0])
nowhere.save()

Package = Model.get('stock.package.type')
for name in ('Pallet', 'Carton'):
    Package(name=name).save()

storage, = Model.get('stock.location').find([('code', '=', 'STO')])
inventory = Model.get('stock.inventory')(location=storage)
for product in Model.get('product.product').find([('template.type', '=', 'goods')]):
    inventory.lines.new(product=product, quantity=100000.0)
inventory.click('confirm')
print('stock', [(line.product.code, line.quantity) for line in inventory.lines])
