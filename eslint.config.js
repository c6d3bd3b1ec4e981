import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/**
 * What dependency-cruiser cannot see: globals. Effects have one home (workers/effects), the
 * environment has one reader (config/env.ts); everything else gets the time, chance and the network
 * as arguments, which is why it can be tested by table. Layout (line, function and file length,
 * quotes, semicolons) is read by test/tidy.test.ts.
 */
const tests = ['**/*.test.ts', 'test/**']
const source = ['{api,cli,config,connectors,core,prisma,workers}/**/*.ts']
const atInstall = 'prisma/generate.ts'
const childProcess = 'workers/compute/child.ts'
const effects = ['workers/effects/**', 'config/**', 'cli/**', atInstall, childProcess]

const handedIn = 'Take it as an argument; workers/effects is where the world is touched.'

const clock = [
  { object: 'Date', property: 'now', message: `The clock is an effect. ${handedIn}` },
  { object: 'performance', property: 'now', message: `The clock is an effect. ${handedIn}` },
]
const chance = [
  { object: 'Math', property: 'random', message: `Chance is an effect. ${handedIn}` },
]
const environment = [
  { object: 'process', property: 'env', message: 'Only config/env.ts reads the environment.' },
]
const hiddenGlobals = ['fetch', 'process', 'performance'].map((property) => ({
  object: 'globalThis', property, message: handedIn,
}))
const clockSyntax = [
  {
    selector: ':matches(NewExpression[arguments.length=0], CallExpression)[callee.name="Date"]',
    message: `new Date() reads the clock. ${handedIn}`,
  },
]
const worldGlobals = [
  { name: 'fetch', message: `The network is an effect. ${handedIn}` },
  { name: 'process', message: `config/env.ts reads the environment. ${handedIn}` },
  { name: 'console', message: 'The logger carries the message id; the CLI writes to stdout.' },
]
const worldModules = [
  { name: 'node:process', message: `config/env.ts reads the environment. ${handedIn}` },
  {
    name: 'node:http',
    importNames: ['request', 'get', 'default'],
    message: `The network is an effect. ${handedIn}`,
  },
]

/** Pure code waits for nothing and draws no ids, so these are closed to it as well. */
const pureGlobals = [
  'setTimeout', 'setInterval', 'setImmediate', 'crypto', 'performance', 'WebSocket', 'EventSource',
].map((name) => ({ name, message: 'core and connectors are pure: no clocks, chance or network.' }))

/** ESLint's own rules for what is never meant; the compiler and typescript-eslint find the rest. */
const alwaysMistakes = [
  'no-async-promise-executor', 'no-cond-assign', 'no-constant-binary-expression', 'no-debugger',
  'no-dupe-else-if', 'no-duplicate-case', 'no-empty', 'no-empty-character-class',
  'no-empty-pattern', 'no-eval', 'no-ex-assign', 'no-fallthrough', 'no-loss-of-precision',
  'no-misleading-character-class', 'no-new-func', 'no-prototype-builtins', 'no-regex-spaces',
  'no-self-assign', 'no-self-compare',
  'no-sparse-arrays', 'no-template-curly-in-string', 'no-unreachable-loop', 'no-unsafe-finally',
  'no-unused-labels', 'no-useless-assignment', 'no-useless-backreference', 'no-useless-escape',
  'preserve-caught-error', 'require-yield', 'use-isnan', 'valid-typeof',
]

export default defineConfig(
  globalIgnores(['data/', 'coverage/', '.cache/', 'prisma/generated/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { noInlineConfig: true },
    rules: {
      ...Object.fromEntries(alwaysMistakes.map((rule) => [rule, 'error'])),
      'eqeqeq': ['error', 'always'],
      'no-else-return': 'error',
      'no-implicit-coercion': ['error', { allow: ['!!'] }],
      'no-param-reassign': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error', { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error', { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // A fastify plugin is an async function, whether or not it has to wait for something.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error', { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: source,
    ignores: [...effects, ...tests],
    rules: {
      'no-restricted-globals': ['error', ...worldGlobals],
      'no-restricted-imports': ['error', { paths: worldModules }],
      'no-restricted-properties': ['error', ...clock, ...chance, ...environment, ...hiddenGlobals],
      'no-restricted-syntax': ['error', ...clockSyntax],
    },
  },
  {
    files: effects,
    ignores: ['config/env.ts', atInstall, ...tests],
    rules: { 'no-restricted-properties': ['error', ...environment] },
  },
  {
    files: ['{core,connectors}/**/*.ts'],
    ignores: tests,
    rules: { 'no-restricted-globals': ['error', ...worldGlobals, ...pureGlobals] },
  },
  {
    files: tests,
    rules: {
      // A test that finds nothing should fail where it looks; `!` does that in one character.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
