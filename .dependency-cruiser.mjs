/**
 * Who may import whom (STYLE §10). Each rule's comment says why, because that is what one reads
 * when it bites. test/boundaries.test.ts shows that each of them does.
 */
const ours = '^(core|connectors|mappings|prisma|api|workers|config|console|cli|bench|test)/'
const testFile = '[.]test[.]ts$'

const only = (from, to, why) => ({
  name: `${from}-imports-only`,
  severity: 'error',
  comment: why,
  from: { path: `^${from}/`, pathNot: testFile },
  to: { path: ours, pathNot: `^(${[`${from}/`, ...to].join('|')})` },
})

/**
 * The packages and Node modules a pure folder may use; a new one needs a decision in
 * docs/decisions.
 */
const packagesOf = (from, packages, builtins) => [
  {
    name: `${from}-packages`,
    severity: 'error',
    comment:
      `${from} is pure, so what it uses must be too: ${packages.join(', ')}. Another package ` +
      'needs a decision in docs/decisions and a word here.',
    from: { path: `^${from}/`, pathNot: testFile },
    to: { path: 'node_modules/', pathNot: `node_modules/(@types/)?(${packages.join('|')})/` },
  },
  {
    name: `${from}-node-modules`,
    severity: 'error',
    comment:
      `${from} does no I/O: of Node's own modules it may use ${builtins.join(', ')}. Take what ` +
      'you need as an argument instead.',
    from: { path: `^${from}/`, pathNot: testFile },
    to: { dependencyTypes: ['core'], pathNot: `^(node:)?(${builtins.join('|')})$` },
  },
]

const theDoor = ['connectors/index[.]ts', 'connectors/_kit/']
const inside = ['core/', 'config/', 'prisma/store/', ...theDoor]
const assembled = [...inside, 'api/', 'workers/', 'prisma/(?!generated/)']

const directions = [
  only('core', [],
    'core says what the business means, and is tested without the rest. It declares the types of ' +
    'its limits and look-ups and gets the values as arguments.'),
  only('connectors', ['core/'],
    'A connector is data plus pure functions over core types: kit and workers do the rest.'),
  only('config', ['core/'],
    'config holds settings and bounds. Logic that needs more than core types belongs elsewhere.'),
  only('prisma', ['core/', 'config/'],
    'The store keeps what it is given and decides nothing, so it knows neither jobs nor routes.'),
  only('api', inside,
    'The inbound door meets the workers in the database, and rings by what cli hands to it.'),
  only('workers', inside,
    'The outbound hands meet the API in the database: commit the row that is due, then ring.'),
  only('cli', assembled,
    'The CLI puts the parts together; it uses neither benches nor tests.'),
  only('bench', [...assembled, 'cli/', 'test/support/'],
    'A bench measures the product and may use the test world; it never measures a test.'),
  {
    name: 'connectors-by-the-door',
    severity: 'error',
    comment:
      'connectors/index.ts is the only door: were a vendor known by name elsewhere, adding one ' +
      'would be more than a folder and a line.',
    from: { pathNot: '^connectors/' },
    to: { path: '^connectors/', pathNot: '^connectors/(index[.]ts|_kit/)' },
  },
  {
    name: 'connectors-are-strangers',
    severity: 'error',
    comment: 'What two connectors share belongs in connectors/_kit, where it is tested once.',
    from: { path: '^connectors/([^_/][^/]*)/' },
    to: { path: '^connectors/[^_/][^/]*/', pathNot: '^connectors/$1/' },
  },
  {
    name: 'decide-is-pure',
    severity: 'error',
    comment:
      'decide.ts is tested by table: it may use core, its own folder and the types of others, ' +
      'and nothing that acts.',
    from: { path: '^workers/jobs/([^/]+)/decide[.]ts$' },
    to: { pathNot: '^(core/|workers/jobs/$1/(?!perform))', dependencyTypesNot: ['type-only'] },
  },
]

/** What opens a connection. */
const clients = ['node_modules/(got|undici)/', '^(node:)?(https|http2|net|tls|dns|dgram)(/|$)']

const edges = [
  {
    name: 'database-only-in-store',
    severity: 'error',
    comment:
      'Each table has one writer and each transaction one place: only prisma/ knows pg and the ' +
      'generated client. Add a function to the aggregate in prisma/store.',
    from: { pathNot: `^(prisma|bench|test)/|^prisma[.]config[.]ts$|${testFile}` },
    to: {
      path: [
        '^prisma/generated/', 'node_modules/((@types/)?(pg|pg-copy-streams|prisma)|@prisma)/',
      ],
    },
  },
  {
    name: 'network-only-in-effects',
    severity: 'error',
    comment:
      'Every call out of the house goes through workers/effects, where addresses are checked and ' +
      'pinned, time is limited and the three fates are told apart.',
    // The embedded database's own port, on the loopback address, is looked for where it is started.
    from: {
      path: '^(workers|prisma)/',
      pathNot: ['^workers/effects/', '^prisma/embedded/', testFile],
    },
    to: { path: [...clients, '^(node:)?http$'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'queue-only-in-effects',
    severity: 'error',
    comment:
      'The queue is a doorbell and no memory: one thin file knows it, everything else rings.',
    from: { pathNot: `^workers/effects/|^(bench|test)/|${testFile}` },
    to: { path: 'node_modules/(bullmq|ioredis)/' },
  },
  {
    name: 'api-makes-no-calls',
    severity: 'error',
    comment:
      'The inbound door calls nobody: a handler commits a row that is due, a worker sends it. ' +
      '(Of node:http it may use what serves; ESLint closes request and get.)',
    from: { path: '^api/', pathNot: testFile },
    to: { path: clients, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'routes-only-in-api',
    severity: 'error',
    comment: 'api/ is the one inbound door: authentication, limits and problems stand there once.',
    from: { pathNot: `^(api|bench|test)/|${testFile}` },
    to: { path: 'node_modules/(fastify|@fastify)/' },
  },
]

const health = [
  {
    name: 'no-circles',
    severity: 'error',
    comment: 'Two files that need each other are one, or hide a third that both need. Types count.',
    from: { path: ours, pathNot: '^prisma/generated/' },
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    severity: 'error',
    comment: 'Nothing imports it and it imports nothing: delete it, or give it its caller.',
    from: { orphan: true, path: ours, pathNot: `${testFile}|^prisma/generated/|[.](d[.]ts|json)$` },
    to: {},
  },
  {
    name: 'no-unresolvable',
    severity: 'error',
    comment: 'Node will not find it either: imports end in .ts and begin with # across folders.',
    from: { pathNot: '^prisma/generated/' },
    to: { couldNotResolve: true, pathNot: '^(#prisma|[.]{1,2})/generated/' },
  },
  {
    name: 'no-undeclared-packages',
    severity: 'error',
    comment: 'A package that is there only because another one wants it goes when that changes.',
    from: { path: ours, pathNot: '^prisma/generated/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'deprecated'] },
  },
  {
    name: 'no-dev-packages-in-the-product',
    severity: 'error',
    comment: 'A hub installed with --omit=dev must run.',
    from: { path: ours, pathNot: `^(bench|test)/|${testFile}` },
    to: {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: ['type-only'],
      pathNot: 'node_modules/@types/',
    },
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...directions,
    ...packagesOf(
      'core',
      ['ajv', 'ajv-formats', 'typebox', 'jsonata', 'big[.]js', 'yaml'],
      ['module', 'crypto'],
    ),
    ...packagesOf('connectors', ['typebox', 'big[.]js'], ['crypto']),
    ...edges,
    ...health,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(data|coverage|[.]cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.mjs', '.cjs', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
